"""Commands and views of assurances."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.features.signing.schemas import KeyView, SignatureView
from app.kernel.values import Frozen

Id = Annotated[str, StringConstraints(max_length=40)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=10_000)]
Code = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^[a-z0-9-]{2,40}$", max_length=40)
]
Show = Literal["open", "given", "all"]


class RequestAssurance(Frozen):
    """Set an assurance up in a review: from a wording, for a request, or in place of another.

    `named`: whoever words and signs it may know which organisation it is for.
    """

    template: Annotated[str, StringConstraints(max_length=40)] = ""
    request_id: Id = ""
    supersedes: Id = ""
    named: bool = False


class DraftAssurance(Frozen):
    """Word an assurance and name who signs it; a signature over an earlier wording is void."""

    outcome: Literal["affirmed", "qualified", "declined"]
    text: Prose
    scope: Words = ""
    qualification: Words = ""
    as_of: date
    signatory_id: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    publishable: bool = False


class SignAssurance(Frozen):
    """Sign with a key of one's own: what openssl, ssh-keygen or a passkey gave."""

    signature: Annotated[str, StringConstraints(min_length=1, max_length=20_000)]


class ReleaseAssurance(Frozen):
    """Release an assurance to its organisation."""

    nothing_withheld: bool = False
    hits_confirmed: bool = False


class WithdrawAssurance(Frozen):
    """Withdraw an assurance, for a reason that its organisation reads."""

    reason: Literal["no_longer_true", "stated_in_error", "not_needed"]


class ChangeWording(Frozen):
    """Change a wording, or add one; `retired` no longer offers it."""

    wording: Code
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
    text: Prose
    scope: Words = ""
    retired: bool = False


class WordingView(Frozen):
    """A wording that assurances start from."""

    code: str
    name: str
    text: str
    scope: str
    retired: bool
    shipped: bool


class AssuranceRow(Frozen):
    """An assurance in a list; `number` is its alias for who may not know whose it is."""

    id: str
    number: str
    organisation_name: str
    report_title: str
    version_number: int
    state: str
    as_of: date | None
    requested_at: datetime
    released_at: datetime | None
    text: str | None


class AssuranceList(Frozen):
    """A page of assurances, and how many there are of each kind."""

    show: Show
    rows: tuple[AssuranceRow, ...]
    counts: dict[str, int]
    page: int
    pages: int


class DraftView(Frozen):
    """What the publisher prepares; never given to the organisation.

    `to_word_anew`: it was worded when what is signed still named its organisation.
    """

    outcome: str | None
    as_of: date | None
    publishable: bool
    signatory_id: str | None
    signatory_name: str
    drafted_by: str
    digest: str | None
    signed: bool
    to_word_anew: bool = False
    suggested_text: str
    suggested_scope: str


class AssuranceView(Frozen):
    """An assurance in full, as its reader may read it; texts are None until there are any.

    Who may not know whose it is reads the alias as its number, and nothing else that would tell.
    `for_whom` is the line whose SHA-256 stands in what is signed, in place of the organisation.
    """

    id: str
    number: str
    alias: str
    organisation_id: str | None
    organisation_name: str
    review_id: str | None
    for_whom: str | None
    version_id: str
    report_title: str
    version_number: int
    request_id: str | None
    request_number: str | None
    state: str
    requested_at: datetime
    as_of: date | None
    publishable: bool
    signatory_name: str | None
    text: str | None
    scope: str | None
    qualification: str | None
    masked: bool
    digest: str | None
    signatures: tuple[SignatureView, ...]
    released_at: datetime | None
    supersedes: tuple[str, str] | None  # id and number
    superseded_by: tuple[str, str] | None
    withdrawn_at: datetime | None
    withdrawn_why: str | None
    draft: DraftView | None


class AssurancePage(Frozen):
    """One assurance, and what the acting person can do with it."""

    view: AssuranceView
    can: tuple[str, ...]
    people: tuple[tuple[str, str], ...]  # who can sign
    keys: tuple[KeyView, ...]
    relying_party: str


class Choices(Frozen):
    """What a new assurance of a review can start from."""

    review_id: str
    report_title: str
    version_number: int
    organisation_name: str
    wordings: tuple[WordingView, ...]
    requests: tuple[tuple[str, str], ...]
    assurances: tuple[tuple[str, str], ...]


class ListQuery(Frozen):
    """Which assurances."""

    show: Show = "open"
    page: Annotated[int, Field(ge=1, le=1000)] = 1
