"""What stands on the text of a version: things of organisations by kind and id, for the impact map.

A kind is one line of KINDS: its rows, its number, the claims it is about, its place. The rows come
through the kind's own scope and wall, so an organisation finds its own, drafts included, and the
publisher what was given to it. What stands on no claim or line stands on the version as a whole:
any change of it touches that. Nothing here holds text.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Text, bindparam, case, cast, literal, null, select

from app.access import scope
from app.access.comparing import Part, Rect
from app.access.decide import keep
from app.access.finding_facts import remember_findings
from app.access.request_facts import remember_requests
from app.access.said_facts import remember_assurances, remember_recommendations
from app.access.statement_facts import remember_statements
from app.domain.actions import Action
from app.domain.findings import outward as found_outward
from app.domain.positions import BASES
from app.domain.requests import BASES as BASES_ASKED
from app.domain.requests import State
from app.domain.requests import outward as asked_outward
from app.domain.targets import Target
from app.kernel.actor import Side
from app.models.assurances import Assurance
from app.models.findings import Finding
from app.models.positions import Position, ReleasedPosition
from app.models.recommendations import Recommendation
from app.models.redactions import Redaction
from app.models.requests import Request
from app.models.statements import Statement
from app.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of thing that stands on a version.

    Attributes:
        name: as in `domain.versions.THINGS`; a kind may have several lines here.
        of: the model.
        number: as people call it; `alias`: where the number would tell whose it is.
        state: its state; `left_out`: states in which it is of no account (any more).
        claims: the claim that it is about, or a list of them.
        whole: what names no claim stands on the version as a whole.
        sections, whole_page: a section, or a page as a whole, that it is about.
        about: in words what it is about, where that is not always a claim.
        said: its state as its own organisation reads it; None for as it is.
        page, rects: where it stands; None for things that have no place of their own.
        side: on which it is found; None for both.
        scoped: the rows that the acting person may find.
        reading: the act of opening one; `remember` loads the facts of a page of rows.
        target: what is read, by a row of the model.
        href: the page of one; `{id}`, `{review_id}`, `{version_id}` and `{claim}` are filled in.
    """

    name: str
    of: Any
    number: Any
    alias: Any
    state: Any
    scoped: Callable[[Transaction], Select[Any]]
    reading: Action
    target: Callable[[Any], Target]
    href: str
    claims: Any = None
    whole: bool = False
    page: Any = None
    rects: Any = None
    sections: Any = None
    whole_page: Any = None
    about: Any = None
    said: Callable[[str], str] | None = None
    left_out: tuple[str, ...] = ()
    side: Side | None = None
    remember: Callable[[Transaction, Sequence[Any]], None] | None = None


def _number_of(statement: Any) -> Any:
    return literal("Statement ").concat(cast(statement.number, Text))


def _basis_of(position: Any) -> Any:
    return case(dict(BASES), value=position.basis, else_=position.basis)


def _request_said(state: str) -> str:
    """Give the state that the asker sees; a draft is a draft."""
    return str(asked_outward(State(state)) or state)


_BASIS = Request.basis_kind
_MARK = select(Redaction.rects).where(Redaction.id == Request.basis_id).scalar_subquery()

KINDS: tuple[Kind, ...] = (
    Kind(
        name="finding", of=Finding, number=Finding.number, alias=Finding.alias,
        state=Finding.state, claims=Finding.claim_id, page=Finding.page, rects=Finding.rects,
        left_out=("withdrawn", "moot", "merged"), scoped=scope.findings,
        reading=Action.READ_FINDING, target=lambda row: Target("finding", row.id),
        remember=remember_findings, href="/findings/{id}", said=found_outward,
    ),
    # What a request asks is about its basis; an earlier request or the whole report is no place.
    Kind(
        name="request", of=Request, number=Request.number, alias=Request.alias,
        state=Request.state, claims=case((_BASIS == "claim", Request.basis_id)),
        sections=case((_BASIS == "section", Request.basis_id)),
        whole_page=case((_BASIS == "page", Request.basis_page)),
        about=case(dict(BASES_ASKED), value=_BASIS, else_=_BASIS),
        page=Request.basis_page,
        rects=case((_BASIS == "redaction", _MARK), else_=Request.basis_rects),
        left_out=("withdrawn",), scoped=scope.requests, reading=Action.READ_REQUEST,
        target=lambda row: Target("request", row.id), remember=remember_requests,
        href="/requests/{id}", said=_request_said,
    ),
    Kind(
        name="recommendation", of=Recommendation, number=Recommendation.number,
        alias=Recommendation.alias, state=Recommendation.state, claims=Recommendation.claim_ids,
        whole=True, left_out=("withdrawn",), scoped=scope.recommendations,
        reading=Action.READ_RECOMMENDATION, target=lambda row: Target("recommendation", row.id),
        remember=remember_recommendations, href="/recommendations/{id}",
    ),
    # An organisation's own worksheet, and what it released of it, are different rows.
    Kind(
        name="position", of=Position, number=_basis_of(Position), alias=_basis_of(Position),
        state=literal("current"), claims=Position.claim_id, whole=True, side=Side.REVIEWER,
        scoped=scope.positions, reading=Action.READ_POSITIONS,
        target=lambda row: Target("review", row.review_id),
        href="/reviews/{review_id}/positions/{claim}?version={version_id}",
    ),
    Kind(
        name="position", of=ReleasedPosition, number=_basis_of(ReleasedPosition),
        alias=_basis_of(ReleasedPosition), state=literal("released"),
        claims=ReleasedPosition.claim_id, whole=True, side=Side.PUBLISHER,
        scoped=scope.released_positions, reading=Action.COMPARE_POSITIONS,
        target=lambda row: Target("version", row.version_id),
        href="/versions/{version_id}/positions/{claim}",
    ),
    Kind(
        name="assurance", of=Assurance, number=Assurance.number, alias=Assurance.alias,
        state=Assurance.state, whole=True, left_out=("declined", "superseded", "withdrawn"),
        scoped=scope.assurances, reading=Action.READ_ASSURANCE,
        target=lambda row: Target("assurance", row.id), remember=remember_assurances,
        href="/assurances/{id}",
    ),
    # A draft is read in its workspace, by its own organisation.
    Kind(
        name="statement", of=Statement, number=literal("Draft statement"), alias=literal(""),
        state=Statement.state, whole=True,
        left_out=("shared", "released", "withdrawn", "discarded"), side=Side.REVIEWER,
        scoped=scope.statements, reading=Action.READ_STATEMENT_DRAFT,
        target=lambda row: Target("statement", row.id), remember=remember_statements,
        href="/reviews/{review_id}/statement",
    ),
    Kind(
        name="statement", of=Statement, number=_number_of(Statement), alias=literal(""),
        state=Statement.state, whole=True, left_out=("draft", "withdrawn", "discarded"),
        scoped=scope.statements, reading=Action.READ_STATEMENT,
        target=lambda row: Target("statement", row.id), remember=remember_statements,
        href="/statements/{id}",
    ),
)  # fmt: skip
"""One line for each kind and way to find it; what is not here is in no map."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Something that stands on a version, and how what it stands on fared. Ids and numbers only."""

    kind: Kind
    id: str
    number: str
    alias: str
    organisation_id: str
    review_id: str
    state: str
    page: int | None
    claims: tuple[str, ...]
    how: str
    about: str


def standing_on(
    tx: Transaction, version_id: str, parts: Sequence[Part], *, touching: frozenset[str]
) -> tuple[list[Standing], int]:
    """Give what stands on claims and lines that fared as `touching` says, and count the rest.

    Args:
        tx: the transaction; the reading of the map was decided.
        version_id: the earlier version.
        parts: what became of its claims and lines, released to this person.
        touching: the standings that matter.
    """
    claims = {part.old_id: part.standing for part in parts if part.kind == "claim" and part.old_id}
    lines = _by_page(parts)
    sections = {
        part.old_id: part.standing for part in parts if part.kind == "section" and part.old_id
    }
    found: list[Standing] = []
    untouched = 0
    changed = _changed(parts)
    outside = tx.actor.side is Side.REVIEWER
    for kind in KINDS:
        if kind.side not in (None, tx.actor.side):
            continue
        for row in tx.session.execute(_statement(tx, kind, lines), {"on_version": version_id}):
            how = _how(row, claims, lines, touching) or _around(row, sections, lines, touching)
            if not how and changed and kind.whole and not row.claims:
                how = "version"
            if how:
                found.append(_standing(kind, row, how, outside=outside))
            else:
                untouched += 1
    return found, untouched


def readable(tx: Transaction, wanted: Iterable[Standing]) -> list[Standing]:
    """Keep those of a page of things that the acting person may open, decided in one batch."""
    rows = list(wanted)
    allowed: set[str] = set()
    for kind in KINDS:
        ids = [row.id for row in rows if row.kind is kind]
        if not ids:
            continue
        things = tx.session.scalars(select(kind.of).where(kind.of.id.in_(ids))).all()
        if kind.remember is not None:
            kind.remember(tx, things)
        allowed |= {thing.id for thing in keep(tx, kind.reading, things, kind.target)}
    return [row for row in rows if row.id in allowed]


def _rects_on(kind: Kind, pages: Iterable[int]) -> Any:
    """Give the places of things on pages that changed; those on others need not be looked at."""
    if kind.rects is None:
        return null()
    return case((kind.page.in_(sorted(pages)), kind.rects), else_=null())


def _statement(tx: Transaction, kind: Kind, pages: Iterable[int]) -> Select[Any]:
    model = kind.of
    columns = (
        model.id,
        model.organisation_id,
        model.review_id,
        kind.state.label("state"),
        kind.number.label("number"),
        kind.alias.label("alias"),
        (kind.claims if kind.claims is not None else null()).label("claims"),
        (kind.page if kind.page is not None else null()).label("page"),
        _rects_on(kind, pages).label("rects"),
        (kind.sections if kind.sections is not None else null()).label("section"),
        (kind.whole_page if kind.whole_page is not None else null()).label("whole_page"),
        (kind.about if kind.about is not None else null()).label("about"),
    )
    return (
        kind.scoped(tx)
        .with_only_columns(*columns)
        .where(model.version_id == bindparam("on_version"), kind.state.not_in(kind.left_out))
        .order_by(model.id)
    )


def _changed(parts: Sequence[Part]) -> bool:
    """Say whether anything that this person reads differs; of a claim alone its lines tell."""
    return any(
        part.kind == "place"
        or (part.kind in ("section", "evidence") and part.standing not in ("identical", "same"))
        for part in parts
    )


def _by_page(parts: Sequence[Part]) -> dict[int, list[tuple[str, tuple[Rect, ...]]]]:
    found: dict[int, list[tuple[str, tuple[Rect, ...]]]] = {}
    for part in parts:
        if part.kind == "place" and part.page is not None:
            found.setdefault(part.page, []).append((part.standing, part.rects))
    return found


def _how(
    row: Any,
    claims: dict[str, str],
    lines: dict[int, list[tuple[str, tuple[Rect, ...]]]],
    touching: frozenset[str],
) -> str:
    """Say how what a thing stands on fared: its own lines first, then its claims; "" for not."""
    if row.rects:
        for standing, rects in lines.get(row.page, ()):
            if any(_meet(one, other) for one in row.rects for other in rects):
                return "lines" if standing in ("changed", "added") else standing
    for claim in _ids(row.claims):
        if claims.get(claim) in touching:
            return claims[claim]
    return ""


def _around(
    row: Any,
    sections: dict[str, str],
    lines: dict[int, list[tuple[str, tuple[Rect, ...]]]],
    touching: frozenset[str],
) -> str:
    """Say how the section or the page fared that a thing is about as a whole; "" for not."""
    if row.section is not None and sections.get(row.section) in touching:
        return sections[row.section]
    return "lines" if row.whole_page is not None and lines.get(row.whole_page) else ""


def _meet(one: Sequence[float], other: Rect) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _ids(claims: Any) -> tuple[str, ...]:
    if claims is None:
        return ()
    return (claims,) if isinstance(claims, str) else tuple(claims)


def _standing(kind: Kind, row: Any, how: str, *, outside: bool) -> Standing:
    return Standing(
        kind=kind,
        id=row.id,
        number=row.number or "",
        alias=row.alias or "",
        organisation_id=row.organisation_id,
        review_id=row.review_id,
        state=kind.said(row.state) if outside and kind.said is not None else row.state,
        page=row.page,
        claims=_ids(row.claims),
        how=how,
        about=row.about or "",
    )
