"""What a request is about, checked against what the asker can see of the version."""

from app.access.release import select_words
from app.domain.targets import PageRef
from app.features.requests.commands import Basis
from app.features.requests.following import find_followed
from app.kernel.errors import Invalid
from app.models.findings import Finding
from app.models.redactions import Redaction
from app.models.reports import Claim, Section, Version
from app.models.requests import Request
from app.transaction import Transaction

_THINGS = frozenset({"section", "claim", "redaction", "finding"})
_Thing = Section | Claim | Redaction | Finding


def keep_basis(tx: Transaction, row: Request, basis: Basis) -> None:
    """Write a basis to a draft; a passage is chosen from the asker's own edition of the page.

    Raises:
        Invalid: no such page, words or thing in the version as this person sees it.
        NotFound, Unavailable: the edition is not open to them.
    """
    row.basis_kind = basis.kind
    row.basis_id = row.basis_page = row.basis_rects = None
    if basis.kind in _THINGS:
        _keep_thing(tx, row, basis)
    elif basis.kind == "request":
        _keep_followed(tx, row, basis)
    elif basis.kind in ("page", "passage"):
        _keep_place(tx, row, basis)


def _keep_place(tx: Transaction, row: Request, basis: Basis) -> None:
    version = tx.session.get_one(Version, row.version_id)
    if basis.page is None or basis.page > version.pages:
        last = version.pages
        raise Invalid(fields={"basis_page": f"Give a page of the report, 1 to {last}."})
    row.basis_page = basis.page
    if basis.kind == "passage":
        if basis.words is None:
            raise Invalid(fields={"basis": "Choose the words of the passage in the reader."})
        page = PageRef(version_id=row.version_id, page=basis.page)
        passage = select_words(tx, page, *basis.words)
        row.basis_rects = [list(rect) for rect in passage.rects]


def _keep_thing(tx: Transaction, row: Request, basis: Basis) -> None:
    thing = _find_thing(tx, basis.kind, basis.id or "")
    if thing is None or thing.version_id != row.version_id:
        raise Invalid(fields={"basis": f"There is no such {basis.kind} in this version."})
    row.basis_id = thing.id
    row.basis_page = thing.page_from if isinstance(thing, Section) else thing.page
    if isinstance(thing, Claim | Finding):
        row.basis_rects = [list(rect) for rect in thing.rects]


def _keep_followed(tx: Transaction, row: Request, basis: Basis) -> None:
    followed = find_followed(tx, row, basis.id or "")
    if followed is None:
        raise Invalid(fields={"basis": "There is no such request in this review."})
    row.basis_id = followed.id


def _find_thing(tx: Transaction, kind: str, thing_id: str) -> _Thing | None:
    if kind == "section":
        return tx.session.get(Section, thing_id)
    if kind == "claim":
        return tx.session.get(Claim, thing_id)
    if kind == "redaction":
        return tx.session.get(Redaction, thing_id)
    return tx.session.get(Finding, thing_id)
