"""Commands in, views out, for what is attached to answers, and to the threads of findings."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from app.access.attached_views import AttachmentView
from app.features.findings.schemas import Prose
from app.kernel.values import Frozen

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class AttachFile(Frozen):
    """Attach a file to an answer in hand; the title is all that anybody learns of its name."""

    title: Line
    part_id: Id | None = None


class AttachVersion(Frozen):
    """Attach a published version that the caller may read."""

    version_id: Id
    part_id: Id | None = None


class TakeOff(Frozen):
    """Take something off an answer in hand."""

    attachment_id: Id


class CloseAttachment(Frozen):
    """Say that a file is what was meant, and that no more is marked in it."""

    attachment_id: Id


class Choice(Frozen):
    """A published version that may be attached."""

    version_id: str
    name: str


class AttachmentsView(Frozen):
    """What goes with the answer to one part, for those who answer it."""

    request_id: str
    name: str  # the alias; the number for those who oversee the answering
    part_id: str
    part: int | None  # where there are several
    begun: bool  # there is a draft to attach to
    editable: bool
    items: tuple[AttachmentView, ...]
    choices: tuple[Choice, ...]


# ---- to the threads of findings


class AttachToFinding(Frozen):
    """Attach a file to a finding, to be given to who filed it; the title is shown, no file name."""

    title: Line


class GiveFile(Frozen):
    """Give what is attached to who filed the finding, with a message that they read."""

    attachment_id: Id
    body: Prose
    nothing_withheld: Literal[True]  # neither in the message nor in the file's edition
    hits_confirmed: bool = False


class FoundView(Frozen):
    """Words of a file, or of its title, that stand withheld from who would get it."""

    attachment_id: str
    words: str
    pages: tuple[int, ...]  # none: in evidence
    categories: tuple[str, ...]


class GivingView(Frozen):
    """What a second person looks at before giving a file: to whom, and what the linter found."""

    organisation_id: str
    organisation_name: str
    readers: int
    withholds: tuple[str, ...]
    givable: tuple[str, ...]  # ids: ready, and attached by somebody else
    hits: tuple[FoundView, ...]
    unread: int  # marks that this person cannot read, with which nothing was compared
    not_compared: tuple[str, ...]  # ids: being prepared, or read by this person less
    compared: bool


class FindingFilesView(Frozen):
    """What is attached to a finding and was not given yet, for those who write to the reviewer."""

    finding_id: str
    name: str  # the number; the alias for who may not know whose the finding is
    items: tuple[AttachmentView, ...]
    giving: GivingView | None  # for those who may give it
