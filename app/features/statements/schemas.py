"""Commands and views of review statements."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from app.domain.statements import LONGEST_WINDOW, SHORTEST_WINDOW, USUAL_WINDOW
from app.features.signing.schemas import KeyView, SignatureView
from app.kernel.values import Frozen

Id = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Topic = Literal[
    "information", "rigour", "disagreements", "recommendations",
    "redaction_scope", "redaction_reasons", "redaction_balance", "redaction_materiality",
]  # fmt: skip
RefKind = Literal[
    "position", "finding", "request", "assurance", "recommendation", "assessment"
]  # fmt: skip
Written = Annotated[str, StringConstraints(max_length=60_000)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4_000)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]
Right = Literal["none", "confidentiality", "approval"]
Payment = Literal["unrecorded", "unpaid", "publisher", "organisation", "third_party"]
Form = Literal["pdf", "docx", "md", "json"]


class SetPublication(Frozen):
    """Say who has a say in what is published, and who pays; fixed before anybody has access."""

    publication_right: Right
    payment: Payment = "unrecorded"


class StartStatement(Frozen):
    """Start a statement, or the update of the one before, on a version of the review."""

    version_id: Id


class PointTo(Frozen):
    """One thing that a section points to."""

    kind: RefKind
    id: Id


class KeepSection(Frozen):
    """Keep a section (Markdown) with what it points to.

    `revision` is the one that was read; another one means that somebody else saved meanwhile.
    """

    text: Written = ""
    points_to: Annotated[tuple[PointTo, ...], Field(max_length=200)] = ()
    revision: Annotated[int, Field(ge=0)] = 0


class ShareStatement(Frozen):
    """Share the draft with the publisher for comments, for so many days."""

    days: Annotated[int, Field(ge=SHORTEST_WINDOW, le=LONGEST_WINDOW)] = USUAL_WINDOW
    nothing_withheld: bool = False
    hits_confirmed: bool = False


class CommentStatement(Frozen):
    """Mark words of a shared draft: as fact, as confidential with a category, or otherwise."""

    kind: Literal["fact", "confidentiality", "other"]
    category: Annotated[str, StringConstraints(max_length=8)] = ""
    section: Topic
    quote: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000)] = ""
    comment: Prose
    nothing_withheld: bool = False


class DecideComment(Frozen):
    """Decide a comment; the publisher reads the decision and its reason."""

    decision: Literal["adopted", "in_part", "not_adopted"]
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000)] = ""


class DecidePublication(Frozen):
    """Say of a shared draft that one has no more comments, or approve or refuse its publication.

    `digest` is that of the shared text as one read it; approval and refusal need it, a refusal a
    reason besides, which is printed with the statement.
    """

    decision: Literal["no_more_comments", "approved", "refused"]
    digest: Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{64})?$")] = ""
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000)] = ""
    nothing_withheld: bool = False


class NarrowStatement(Frozen):
    """State, as somebody cleared for all of it, that a statement holds nothing withheld.

    `digest` is that of the text as one read it: `text_digest` of the statement.
    """

    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    nothing_withheld: bool = False
    hits_confirmed: bool = False


class ReleaseStatement(Frozen):
    """Sign what was prepared (by its digest) with a key of one's own, and release it."""

    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    signature: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)
    ]
    open_to: Annotated[tuple[Literal["authors", "internal_readers"], ...], Field(max_length=2)] = ()
    nothing_withheld: bool = False
    hits_confirmed: bool = False


class WithdrawStatement(Frozen):
    """Withdraw a statement; it stays readable, marked as withdrawn, with the reason."""

    reason: Reason


class ListQuery(Frozen):
    """Which statements, and in what order; `waiting`: those that wait for one's own side."""

    show: Literal["all", "waiting", "shared", "released", "withdrawn"] = "all"
    version: Annotated[str, StringConstraints(max_length=40)] = ""
    organisation: Annotated[str, StringConstraints(max_length=40)] = ""
    by: Literal["newest", "oldest", "report", "organisation"] = "newest"
    page: Annotated[int, Field(ge=1, le=1000)] = 1


class ChoiceView(Frozen):
    """Something that a section can point to, or points to."""

    kind: str
    id: str
    label: str
    note: str = ""
    chosen: bool = False
    href: str = ""
    carried: bool = False  # it stands in the section on disagreements by itself


class WarningView(Frozen):
    """Words of a draft that are withheld from the public, and where."""

    topic: str  # a section's, or `file`: the uploaded file
    words: str
    pages: tuple[int, ...]
    categories: tuple[str, ...]


class SectionView(Frozen):
    """A section of one's own draft."""

    topic: str
    title: str
    asks: str
    text: str
    words: int
    revision: int
    points_to: tuple[ChoiceView, ...]
    written_by: str | None
    written_at: datetime | None


class FileView(Frozen):
    """A statement that was written elsewhere: its kind, its digest, its size."""

    kind: str
    digest: str
    bytes: int


class CommentView(Frozen):
    """A comment on a shared draft."""

    id: str
    number: int
    kind: str
    category: str | None
    topic: str
    quote: str | None
    comment: str | None
    made_at: datetime
    decision: str | None
    reason: str | None
    decided_at: datetime | None


class VerdictView(Frozen):
    """What the publisher said of a shared draft as a whole; `digest` is of the text it is about."""

    number: int
    decision: str
    digest: str
    reason: str
    decided_at: datetime
    latest: bool  # it is about what was shared last


class StatementRow(Frozen):
    """A statement in a list."""

    id: str
    review_id: str
    organisation_name: str
    report_title: str
    version_number: int
    number: int
    state: str
    released_at: datetime | None
    window_closes_at: datetime | None


class WorkspaceRow(Frozen):
    """A review whose statement one's organisation writes, and how far it is."""

    review_id: str
    report_title: str
    version_number: int
    state: str | None  # None: not begun
    sections: int


class StatementsView(Frozen):
    """The statements that the acting person may read, and the workspaces of their organisation."""

    query: ListQuery
    rows: tuple[StatementRow, ...]
    workspaces: tuple[WorkspaceRow, ...]
    counts: dict[str, int]  # of each choice of `show`
    versions: tuple[tuple[str, str, int], ...]  # to choose from: id, report, number
    organisations: tuple[tuple[str, str], ...]  # id, name; for the publisher alone
    page: int
    pages: int
    total: int


class WorkspaceView(Frozen):
    """The workspace of a review's statement, for its organisation alone."""

    review_id: str
    report_title: str
    version_id: str
    version_number: int
    versions: tuple[tuple[str, int], ...]
    publication_right: str
    payment: str
    statement_id: str | None
    number: int
    state: str | None
    sections: tuple[SectionView, ...]
    file: FileView | None
    file_read: bool  # its words were compared as well
    warnings: tuple[WarningView, ...]
    compared: bool  # False: one's edition could not be compared with
    shared_at: datetime | None
    window_closes_at: datetime | None
    window_open: bool
    undecided: int
    digest: str | None
    sealed_at: datetime | None
    before: str | None  # the statement that this one updates
    missing: tuple[str, ...]  # what the publication right still asks for: domain/statements MISSING
    verdicts: tuple[VerdictView, ...]
    acts: tuple[str, ...]


class SectionMade(Frozen):
    """A section that was kept."""

    topic: str
    revision: int


class StatementMade(Frozen):
    """What an act on a statement led to."""

    id: str
    state: str
    digest: str | None = None


class SealedView(Frozen):
    """What is signed: the digest, the exact bytes, and the commands that sign them."""

    id: str
    digest: str
    to_sign: str
    keys: tuple[KeyView, ...]
    relying_party: str
    warnings: tuple[WarningView, ...]
    compared: bool
    file: FileView | None
    file_read: bool  # its words were compared as well


class PartView(Frozen):
    """A section as it was shared or released; `changes` is a word diff to the edition before."""

    topic: str
    title: str
    text: str
    points_to: tuple[ChoiceView, ...]
    changes: tuple[tuple[str, str], ...] = ()  # (same | added | gone, words)


class StatementView(Frozen):
    """A statement that was shared or released, as the acting person may read it."""

    row: StatementRow
    version_id: str
    masked: bool
    missing_codes: tuple[str, ...]
    parts: tuple[PartView, ...]
    file: FileView | None
    comments: tuple[CommentView, ...]
    said: str | None  # digest of the text that was shared
    verdicts: tuple[VerdictView, ...]
    approval: bool  # its publication waits for one's approval
    text_digest: str | None  # of exactly what is read here: the signed text, once released
    narrowable: bool  # one is cleared for all of it, and others inside are not
    publication_right: str
    payment: str
    signature: SignatureView | None
    withdrawn_at: datetime | None
    withdrawn_why: str | None
    window_opens_at: datetime | None
    open_to: tuple[str, ...]
    before: str | None
    after: str | None
    acts: tuple[str, ...]


class PublicationView(Frozen):
    """The publication right and payment of a review, and whether they can still be changed."""

    review_id: str
    organisation_name: str
    report_title: str
    publication_right: str
    payment: str
    fixed: bool


class OwnSection(Frozen):
    """A section of one's own as it was written last, and what it points to."""

    topic: str
    title: str
    text: str
    points_to: tuple[ChoiceView, ...]


class OwnStatement(Frozen):
    """A statement of one's organisation with all that belongs to it, to take along.

    `content` and `appendix` are what was signed, once it was released; `shared` is the copy that
    the publisher was given last, to comment on.
    """

    id: str
    review_id: str
    report_title: str
    version_number: int
    number: int
    state: str
    shared_at: datetime | None
    window_closes_at: datetime | None
    released_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_why: str | None
    sections: tuple[OwnSection, ...]
    shared: dict[str, Any] | None
    comments: tuple[CommentView, ...]
    verdicts: tuple[VerdictView, ...]
    file: FileView | None
    content: dict[str, Any] | None
    appendix: dict[str, Any] | None
    signature: SignatureView | None
