"""The register of a version and one claim of it, as their reader has them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.access.claim_words import outline_of
from app.access.claims import ShownClaim, ShownPathway, read_claims, read_pathways, show_claim
from app.access.decide import may, may_all, require
from app.access.parts import Passage
from app.access.positioned import positioned_claims
from app.access.release import select_words
from app.access.scope import version_and_title
from app.domain.actions import Action
from app.domain.claims import INSIDE, OUTSIDE
from app.domain.events import Event, Fact
from app.domain.ownership import Chosen
from app.domain.targets import PageRef, Target
from app.features.claims import queries
from app.features.claims.schemas import (
    AnswersView,
    ClaimPage,
    ClaimRow,
    EvidenceView,
    FormView,
    Group,
    Option,
    OwnerView,
    PathwayView,
    RegisterView,
)
from app.kernel.actor import Side
from app.kernel.errors import Invalid, NotFound, Unavailable
from app.models.reports import Claim
from app.transaction import Decision, Transaction


@dataclass(frozen=True)
class Around:
    """What stands around the claims of a version; owners, rules and findings inside alone."""

    evidence: Mapping[str, tuple[EvidenceView, ...]]
    owners: Mapping[str, tuple[OwnerView, ...]]
    chosen: Mapping[str, Chosen]
    names: Mapping[str, str]
    findings: Mapping[str, int] | None
    titles: Mapping[str, str]
    pathways: Mapping[str, ShownPathway]


def open_register(
    tx: Transaction, version_id: str, *, show: str = "all", pathway: str = "", section: str = ""
) -> RegisterView:
    """Open the register of a version, as one's own edition has it.

    Args:
        tx: the transaction.
        version_id: the version.
        show: of `domain.claims.FILTERS`; what an outsider cannot ask for shows them everything.
        pathway: only the claims of this one, by id.
        section: only the claims of this one, by id.

    Raises:
        NotFound, Unavailable: the version, or one's edition of it.
    """
    target = Target("version", version_id)
    require(tx, Action.READ_CLAIMS, target)
    version, title = version_and_title(tx, version_id)
    rows = all_rows(tx, version_id)
    inside, held = is_inside(tx), positioned_claims(tx, version_id)
    offered = [
        name for name in (INSIDE if inside else OUTSIDE) if name != "position" or held is not None
    ]
    wanted = show if show in offered else "all"
    kept = [
        row
        for row in rows
        if _passes(tx, row, wanted, held)
        and pathway in ("", row.pathway_id)
        and section in ("", row.section_id)
    ]
    can_mark, can_assign = _acts(tx, target)
    _told(tx, target, "ClaimsRead", len(kept))
    return RegisterView(
        version_id=version_id,
        report_title=title,
        version_number=version.number,
        groups=tuple(_groups(tx, version_id, kept)),
        total=len(rows),
        shown=len(kept),
        counts={name: sum(_passes(tx, row, name, held) for row in rows) for name in offered},
        inside=inside,
        can_mark=can_mark,
        can_assign=can_assign,
    )


def _acts(tx: Transaction, target: Target) -> tuple[bool, bool]:
    """Say whether who reads may mark claims, and name owners."""
    if not is_inside(tx):
        return False, False
    mark, assign = may_all(tx, [(Action.MARK_CLAIM, target), (Action.ASSIGN_OWNER, target)])
    return mark, assign


def is_inside(tx: Transaction) -> bool:
    """Say whether somebody of the publisher asks."""
    return tx.actor.side is Side.PUBLISHER


def all_rows(tx: Transaction, version_id: str) -> tuple[ClaimRow, ...]:
    """Give every claim that one's edition shows, with all around it; READ_CLAIMS was required."""
    shown = read_claims(tx, version_id)
    around = _around(tx, version_id, shown)
    return tuple(_row(claim, around) for claim in shown)


def read_claim(tx: Transaction, claim_id: str) -> ClaimPage:
    """Read one claim: its words as one's edition has them, and all that one may know around it.

    Raises:
        NotFound: there is none, or nothing of it can be read in one's edition.
    """
    target = queries.target_of(tx, claim_id)
    require(tx, Action.READ_CLAIMS, target)
    record = tx.session.get_one(Claim, claim_id)
    own = show_claim(tx, record)
    inside = is_inside(tx)
    if own is None or (record.ended_at is not None and not inside):
        raise _unknown(tx, claim_id)
    shown = read_claims(tx, record.version_id)
    order = [claim.id for claim in _in_register(tx, record.version_id, shown)]
    at = order.index(claim_id) if claim_id in order else -1
    around = _around(tx, record.version_id, (own,))
    version, title = version_and_title(tx, record.version_id)
    known = next((claim for claim in shown if claim.id == claim_id), own)
    can_mark, can_assign = _acts(tx, target)
    _told(tx, target, "ClaimRead", 1)
    return ClaimPage(
        row=_row(known, around),
        version_id=record.version_id,
        report_title=title,
        version_number=version.number,
        version_state=version.state,
        pathway=_pathway_view(around.pathways.get(known.pathway_id or "")),
        before=order[at - 1] if at > 0 else None,
        after=order[at + 1] if 0 <= at < len(order) - 1 else None,
        ended=record.ended_as,
        succeeded_by=record.succeeded_by,
        history=queries.history(tx, claim_id) if inside else (),
        inside=inside,
        can_mark=can_mark,
        can_assign=can_assign,
    )


def _unknown(tx: Transaction, claim_id: str) -> NotFound:
    """Refuse a claim that does not exist for its reader just as one that never was; recorded."""
    none = Decision(
        action=Action.READ_CLAIMS, target=Target("version", claim_id), allowed=False, policies=()
    )
    tx.decisions.append(none)
    return NotFound()


def _in_register(tx: Transaction, version_id: str, shown: Sequence[ShownClaim]) -> list[ShownClaim]:
    """Give claims in the order of the register: by pathway, those of none last."""
    order = {pathway.id: at for at, pathway in enumerate(read_pathways(tx, version_id))}
    return sorted(shown, key=lambda claim: order.get(claim.pathway_id or "", len(order)))


def section_titles(tx: Transaction, version_id: str) -> dict[str, str]:
    """Give the titles of sections that one's own outline has."""
    return {entry.section_id: entry.title for entry in outline_of(tx, version_id)}


def _around(tx: Transaction, version_id: str, shown: Sequence[ShownClaim]) -> Around:
    inside = is_inside(tx)
    chosen: dict[str, Chosen] = {}
    if inside:
        rule = queries.rule_of(tx, version_id)
        chosen = {
            claim.id: rule.answering(
                Passage(
                    page=claim.page,
                    claim_id=claim.id,
                    pathway_id=claim.pathway_id,
                    section_id=claim.section_id,
                )
            )
            for claim in shown
        }
    return Around(
        evidence=queries.evidence(tx, version_id),
        owners=queries.owners_by_part(tx, version_id) if inside else {},
        chosen=chosen,
        names=queries.names(tx, {one.person_id for one in chosen.values() if one.person_id}),
        findings=queries.finding_counts(tx, version_id) if inside else None,
        titles=section_titles(tx, version_id),
        pathways={pathway.id: pathway for pathway in read_pathways(tx, version_id)},
    )


def _row(claim: ShownClaim, around: Around) -> ClaimRow:
    chosen = around.chosen.get(claim.id)
    return ClaimRow(
        id=claim.id,
        lineage_id=claim.lineage_id,
        code=claim.label,
        reference=claim.reference,
        position=claim.position,
        page=claim.page,
        rects=claim.rects,
        quote=claim.quote,
        whole=claim.whole,
        load_bearing=claim.load_bearing,
        pathway_id=claim.pathway_id,
        pathway=claim.pathway_number,
        section_id=claim.section_id,
        section=around.titles.get(claim.section_id or ""),
        evidence=around.evidence.get(claim.id, ()),
        owners=around.owners.get(claim.id, ()),
        answers=AnswersView(
            person_id=chosen.person_id,
            name=around.names.get(chosen.person_id or ""),
            rule=chosen.rule,
        )
        if chosen
        else None,
        findings=None if around.findings is None else around.findings.get(claim.lineage_id, 0),
    )


def _passes(tx: Transaction, row: ClaimRow, show: str, held: frozenset[str] | None) -> bool:
    if show == "position":
        return held is not None and row.id not in held
    if show == "load":
        return row.load_bearing
    if show == "evidence":
        return not row.evidence
    if show == "owner":
        return row.answers is not None and row.answers.person_id is None
    if show == "mine":
        return row.answers is not None and row.answers.person_id == tx.actor.id
    return True


def _groups(tx: Transaction, version_id: str, rows: Sequence[ClaimRow]) -> list[Group]:
    found = [
        Group(
            pathway=_pathway_view(pathway),
            rows=tuple(row for row in rows if row.pathway_id == pathway.id),
        )
        for pathway in read_pathways(tx, version_id)
    ]
    known = {group.pathway.id for group in found if group.pathway}
    rest = tuple(row for row in rows if row.pathway_id not in known)
    return [group for group in (*found, Group(pathway=None, rows=rest)) if group.rows]


def _pathway_view(pathway: ShownPathway | None) -> PathwayView | None:
    if pathway is None:
        return None
    return PathwayView(
        id=pathway.id,
        lineage_id=pathway.lineage_id,
        called=pathway.called,
        number=pathway.number,
        title=pathway.title,
    )


def _told(tx: Transaction, target: Target, name: str, claims: int) -> None:
    tx.emit(Event(name=name, licence=Action.READ_CLAIMS, target=target, facts={"claims": claims}))


def tell_export(tx: Transaction, version_id: str, form: str) -> None:
    """Say that the register was taken along; its reading was required."""
    target = Target("version", version_id)
    require(tx, Action.READ_CLAIMS, target)
    facts: dict[str, Fact] = {"form": "yaml" if form == "yaml" else "csv"}
    tx.emit(Event(name="ClaimsExported", licence=Action.READ_CLAIMS, target=target, facts=facts))


def form_around(tx: Transaction, version_id: str, page: str, words: str) -> FormView:
    """Give what the form of a claim offers, with the words that were chosen, if any."""
    require(tx, Action.MARK_CLAIM, Target("version", version_id))
    version, title = version_and_title(tx, version_id)
    reads = may(tx, Action.READ_VERSION, Target("version", version_id))
    try:
        titles = section_titles(tx, version_id) if reads else {}
        pathways = read_pathways(tx, version_id) if reads else ()
        quote = _chosen(tx, version_id, page, words) if reads else None
    except (Unavailable, NotFound):
        titles, pathways, quote = {}, (), None
    return FormView(
        version_id=version_id,
        report_title=title,
        version_number=version.number,
        published=version.state == "published",
        quote=quote,
        sections=tuple(
            Option(id=row.id, name=titles.get(row.id, f"Section {row.ordinal}"))
            for row in queries.sections(tx, version_id)
        ),
        pathways=tuple(view for one in pathways if (view := _pathway_view(one))),
        people=queries.possible_owners(tx),
        evidence=queries.evidence_options(tx, version_id),
    )


def _chosen(tx: Transaction, version_id: str, page: str, words: str) -> str | None:
    first, _, last = words.partition("-")
    numbers = (page, first, last)
    if not all(one.isascii() and one.isdigit() and len(one) < 7 for one in numbers):
        return None
    try:
        ref = PageRef(version_id=version_id, page=int(page))
        return select_words(tx, ref, int(first), int(last)).quote
    except Invalid:
        return None
