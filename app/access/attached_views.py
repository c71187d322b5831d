"""Views of what is attached: to an answer, or to a message in the thread of a finding."""

from app.kernel.values import Frozen


class AttachedFileView(Frozen):
    """A file without pages that was attached; each sheet of a spreadsheet is one."""

    code: str
    kind: str  # text, csv, json, jsonl
    title: str


class AttachmentLink(Frozen):
    """What was given out; `open`: this reader may read it now."""

    number: int
    title: str
    version_id: str
    pages: int  # 0: it has none, but files
    open: bool
    files: tuple[AttachedFileView, ...] = ()


class AttachmentView(Frozen):
    """What waits to be given out, as the publisher's people see it."""

    id: str
    number: int
    title: str
    by: str
    version_id: str
    report_id: str
    pages: int  # 0 where it has none, but files
    dossier: bool  # made of a file that was attached here
    state: str  # reading, failed, marks_wait, to_approve, to_close, preparing, aside, ready
    failure: str | None
    can_open: bool
    can_mark: bool
    can_decide: bool
    can_close: bool
    can_view_as: bool
    files: tuple[AttachedFileView, ...] = ()
    hidden_sheets: int = 0  # of a spreadsheet, left out
