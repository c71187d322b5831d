"""Commands in, views out, for the report on what an imported file holds."""

from pydantic import Field

from app.kernel.values import Frozen


class SettleWords(Frozen):
    """Confirm words that stand on a page as the file says, or take a confirmation back.

    `words` are their places in the page's list; what is named is set to `confirmed`.
    """

    page: int = Field(ge=1, le=10**6)
    words: tuple[int, ...] = Field(min_length=1, max_length=5000)
    confirmed: bool = True


class DoubtView(Frozen):
    """A word that the file claims and no pixels confirmed; `rect` in points as displayed."""

    place: int
    text: str
    rect: tuple[float, float, float, float]
    visible: bool  # there is ink of its own; else nobody can see anything there
    confirmed: bool
    read_as: str  # what the recogniser read there; empty: nothing, or it did not try
    by_machine: bool  # confirmed because it read the same


class PageDoubtsView(Frozen):
    """How many words of a page wait for somebody to look."""

    page: int
    doubtful: int
    unseen: int
    confirmed: int


class RepeatView(Frozen):
    """A marked phrase that stands unmarked elsewhere."""

    phrase: str
    marked_on: tuple[int, ...]
    pages: tuple[int, ...]
    titles: tuple[str, ...]
    names: tuple[str, ...]
    marked_in: dict[str, tuple[int, ...]]  # lines of evidence, by code
    evidence: dict[str, tuple[int, ...]]  # lines where it stands unmarked, by code


class SheetView(Frozen):
    """A sheet of a spreadsheet attached to the version; `taken_as` None: hidden, or empty."""

    item: str  # the code of the spreadsheet
    number: int
    name: str
    visible: bool
    rows: int
    columns: int
    taken_as: str | None


class FileView(Frozen):
    """What an imported file holds beside what its pages show."""

    version_id: str
    report_id: str
    report_title: str
    version_number: int
    version_state: str
    source_bytes: int
    source_digest: str
    original_kind: str | None  # where no PDF was imported: the kind of file that the PDF is made of
    original_bytes: int | None
    original_digest: str | None
    left_out: dict[str, int]  # of that file, by what: pictures, addresses
    revisions: int
    annotations: dict[int, dict[str, int]]
    attachments: tuple[str, ...]
    layers: tuple[tuple[str, bool], ...]
    closer_look: str  # at the words in doubt: "waiting", "done", or empty where none was asked for
    fields: tuple[tuple[str, str], ...]
    scripts: tuple[str, ...]
    metadata: dict[str, str]
    scanned: tuple[int, ...]
    unreadable: tuple[str, ...]
    pages: tuple[PageDoubtsView, ...]
    repeats: tuple[RepeatView, ...]
    sheets: tuple[SheetView, ...]


class DoubtsView(Frozen):
    """One page with the words that no pixels confirmed."""

    version_id: str
    report_title: str
    version_number: int
    version_state: str
    page: int
    width_px: int
    height_px: int
    width_pt: float
    height_pt: float
    doubts: tuple[DoubtView, ...]
    before: int | None  # the pages before and after it that have such words
    after: int | None
