"""Importing a register: what each row would make, and all of it in one act.

A row names its place by a quote, or by a page and word numbers; owners and evidence by name. What
cannot be taken is said row by row, and nothing is made before everything in it is good.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import TypeAdapter, ValidationError

from app.access.coverage import find_quotes
from app.access.decide import require
from app.access.release import select_words
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import PageRef, Target
from app.features.claims import queries
from app.features.claims.linking import name_pathway, put_link
from app.features.claims.marking import Place, pathway_of, put_claim
from app.features.claims.owning import assign_owner
from app.features.claims.register import section_titles
from app.features.claims.schemas import (
    AssignOwner,
    Code,
    ImportClaims,
    ImportRow,
    ImportView,
    MarkClaim,
    NamePathway,
    Number,
    Words,
)
from app.features.claims.sheets import SheetRow, read_sheet
from app.features.claims.standing import require_work
from app.kernel.errors import Invalid
from app.models.reports import Claim
from app.transaction import Transaction

_CODE, _NUMBER, _WORDS = TypeAdapter(Code), TypeAdapter(Number), TypeAdapter(Words)
TOO_SHORT = 8  # characters of a quote; fewer stand in too many places


@dataclass
class _Read:
    """A row as it would be made, and what is wrong with it."""

    row: SheetRow
    code: str = ""
    page: int | None = None
    pathway: int | None = None
    section_id: str | None = None
    place: Place | None = None
    people: list[str] = field(default_factory=list)
    teams: list[str] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Known:
    """What rows can refer to, by the names that people write."""

    codes: frozenset[str]
    people: Mapping[str, str]
    teams: Mapping[str, str]
    items: Mapping[str, str]
    sections: Mapping[str, str]


def import_claims(tx: Transaction, version_id: str, command: ImportClaims) -> ImportView:
    """Say what a sheet would make; with `apply`, make it, if nothing in it is wrong.

    Raises:
        Invalid: it cannot be read, or rows of it cannot be taken (`sheet`).
    """
    target = Target("version", version_id)
    require_work(tx, version_id)
    require(tx, Action.ASSIGN_OWNER, target)
    rows = read_sheet(command.sheet)
    read = _read(tx, version_id, rows)
    if not command.apply:
        return _view(read, made=0)
    faulty = [one for one in read if one.faults]
    if faulty:
        said = f"{faulty[0].row.where}: {faulty[0].faults[0]}"
        raise Invalid(fields={"sheet": f"Nothing was imported. {said}"})
    for one in read:
        _make(tx, version_id, one)
    _name_pathways(tx, version_id, read)
    tx.emit(
        Event(
            name="ClaimsImported",
            licence=Action.MARK_CLAIM,
            target=target,
            facts={"claims": len(read)},
        )
    )
    return _view(read, made=len(read))


def _read(tx: Transaction, version_id: str, rows: Sequence[SheetRow]) -> list[_Read]:
    known = _known(tx, version_id)
    quotes = find_quotes(tx, version_id, [row.cell("quote") for row in rows])
    seen: set[str] = set()
    read: list[_Read] = []
    for row, places in zip(rows, quotes, strict=True):
        one = _Read(row)
        _code(one, known, seen)
        _numbers(one)
        _place(tx, version_id, one, places)
        _names(one, known)
        read.append(one)
    return read


def _known(tx: Transaction, version_id: str) -> _Known:
    items: dict[str, str] = {}
    for item in queries.evidence_options(tx, version_id):
        items |= {_plain(item.title): item.item_id, _plain(item.code): item.item_id}
    return _Known(
        codes=frozenset(queries.codes(tx, version_id)),
        people={_plain(one.name): one.id for one in queries.possible_owners(tx)},
        teams={_plain(one.name): one.id for one in queries.teams(tx)},
        items=items,
        sections={_plain(t): identity for identity, t in section_titles(tx, version_id).items()},
    )


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _code(one: _Read, known: _Known, seen: set[str]) -> None:
    said = one.row.cell("code")
    try:
        one.code = _CODE.validate_python(said)
    except ValidationError:
        one.faults.append("code: give one of a few letters and numbers, such as 4.2 or C-12.")
        return
    if one.code in known.codes or one.code in seen:
        one.faults.append(f"code: another claim has {one.code} already.")
    seen.add(one.code)


def _numbers(one: _Read) -> None:
    for column, most in (("page", 10**6), ("pathway", 99)):
        said = one.row.cell(column).removeprefix("p.").strip()
        if not said:
            continue
        if said.isascii() and said.isdigit() and 0 < int(said[:9]) <= most:
            setattr(one, column, int(said))
        else:
            one.faults.append(f"{column}: give a number from 1 to {most:,}.")
    if one.row.says_yes("load_bearing") is None:
        one.faults.append("load_bearing: write yes or no.")


def _place(tx: Transaction, version_id: str, one: _Read, places: Sequence[Place]) -> None:
    quote, words = one.row.cell("quote"), one.row.cell("words")
    if quote:
        here = [place for place in places if one.page in (None, place[0])]
        if len(quote) < TOO_SHORT or len(here) > 1:
            one.faults.append("quote: these words stand in several places; give more of them.")
        elif not here:
            one.faults.append("quote: these words do not stand in your edition.")
        else:
            one.place = here[0]
    elif words and one.page:
        try:
            first, _, last = _WORDS.validate_python(words).partition("-")
            ref = PageRef(version_id=version_id, page=one.page)
            one.place = (one.page, select_words(tx, ref, int(first), int(last)).rects)
        except (ValidationError, Invalid):
            one.faults.append("words: write the first and the last word of the page as 12-30.")
    else:
        one.faults.append("quote: give the words of the claim, or a page and word numbers.")


def _names(one: _Read, known: _Known) -> None:
    for name in one.row.several("owners"):
        if _plain(name) in known.people:
            one.people.append(known.people[_plain(name)])
        elif _plain(name) in known.teams:
            one.teams.append(known.teams[_plain(name)])
        else:
            one.faults.append(f"owners: {name[:60]} is neither an author nor a team.")
    for title in one.row.several("evidence"):
        if _plain(title) in known.items:
            one.items.append(known.items[_plain(title)])
        else:
            one.faults.append(f"evidence: no item of this version is called {title[:60]}.")
    section = one.row.cell("section")
    if section:
        one.section_id = known.sections.get(_plain(section))
        if one.section_id is None:
            one.faults.append(f"section: no section is called {section[:60]}.")


def _make(tx: Transaction, version_id: str, one: _Read) -> Claim:
    if one.place is None:
        raise Invalid(fields={"sheet": f"{one.row.where} names no place."})
    command = MarkClaim(
        code=one.code,
        load_bearing=bool(one.row.says_yes("load_bearing")),
        pathway=one.pathway,
        section_id=one.section_id,
    )
    claim = put_claim(tx, version_id, command, one.place)
    tx.emit(
        Event(
            name="ClaimMarked",
            licence=Action.MARK_CLAIM,
            target=Target("version", version_id),
            subject=Target("claim", claim.id),
            facts={
                "claim": claim.id,
                "version_id": version_id,
                "page": claim.page,
                "load_bearing": claim.load_bearing,
                "pathway": one.pathway,
                "evidence": len(one.items),
            },
            stage="marked",
        )
    )
    for rank, person in enumerate(one.people):
        assign_owner(tx, version_id, AssignOwner(person_id=person, claim_id=claim.id, rank=rank))
    for team in one.teams:
        rank = len(one.people)
        assign_owner(tx, version_id, AssignOwner(team_id=team, claim_id=claim.id, rank=rank))
    for item in one.items:
        put_link(tx, claim, item)
    return claim


def _name_pathways(tx: Transaction, version_id: str, read: Sequence[_Read]) -> None:
    titles = {
        one.pathway: one.row.cell("pathway_title")
        for one in read
        if one.pathway is not None and one.row.cell("pathway_title")
    }
    for number, title in titles.items():
        pathway_of(tx, version_id, number, 1)
        named = NamePathway(number=_NUMBER.validate_python(number), title=title[:200])
        name_pathway(tx, version_id, named)


def _view(read: Sequence[_Read], *, made: int) -> ImportView:
    return ImportView(
        rows=tuple(
            ImportRow(
                where=one.row.where,
                code=one.row.cell("code")[:40],
                quote=one.row.cell("quote")[:500],
                page=one.place[0] if one.place else one.page,
                pathway=one.pathway,
                load_bearing=bool(one.row.says_yes("load_bearing")),
                owners=one.row.several("owners"),
                evidence=one.row.several("evidence"),
                faults=tuple(one.faults),
            )
            for one in read
        ),
        good=sum(not one.faults for one in read),
        made=made,
    )
