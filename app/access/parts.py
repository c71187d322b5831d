"""Which parts of a version are owned near a passage: what the rule of ownership goes by.

Here: rows and nearness. Not here: who of the owners is there and cleared, and whom the rule asks
(`owners`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from app.models.reports import Ownership, Section
from app.models.teams import TeamMember
from app.transaction import Transaction

Teams = Mapping[str, frozenset[str]]


@dataclass(frozen=True, kw_only=True)
class Passage:
    """What somebody is asked about; None where it is in no claim or pathway.

    Without a `section_id` it is in every section that its page is in.
    """

    page: int
    claim_id: str | None = None
    pathway_id: str | None = None
    section_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Part:
    """An owner of a part, with what the part is."""

    row: Ownership
    page_from: int
    page_to: int


def parts_of(tx: Transaction, versions: Iterable[str]) -> list[Part]:
    """Read who owns what of versions."""
    rows = tx.session.execute(
        select(Ownership, Section.page_from, Section.page_to)
        .outerjoin(Section, Section.id == Ownership.section_id)
        .where(Ownership.version_id.in_(sorted(set(versions))))
    ).all()
    return [Part(row=row, page_from=first or 0, page_to=last or 0) for row, first, last in rows]


def nearness(part: Part, passage: Passage) -> tuple[str, int]:
    """Say as owner of what somebody is near a passage, and how large that is; empty: not at all."""
    row = part.row
    if row.claim_id is not None:
        return ("claim" if row.claim_id == passage.claim_id else ""), 0
    if row.section_id is not None:
        near = part.page_from <= passage.page <= part.page_to
        chosen = row.section_id == passage.section_id
        # The section that was said is the smallest there is; others only contain it.
        return (
            "section" if near or chosen else ""
        ), -1 if chosen else part.page_to - part.page_from
    if row.pathway_id is not None:
        return ("pathway" if row.pathway_id == passage.pathway_id else ""), 0
    return "version", 0


def everybody_near(parts: Iterable[Part], passage: Passage, teams: Teams) -> frozenset[str]:
    """Name all whom the rule could ever ask about a passage, also who is away or not cleared."""
    people: set[str] = set()
    for part in parts:
        if nearness(part, passage)[0]:
            person, team = part.row.person_id, part.row.team_id
            people |= {person} if person else teams.get(team or "", frozenset())
    return frozenset(people)


def people_of_teams(tx: Transaction, parts: Iterable[Part]) -> Teams:
    """Give everybody of the teams that own any of these parts, their backups, too."""
    owning = sorted({part.row.team_id for part in parts if part.row.team_id})
    if not owning:
        return {}
    rows = tx.session.execute(
        select(TeamMember.team_id, func.array_agg(TeamMember.person_id))
        .where(TeamMember.team_id.in_(owning))
        .group_by(TeamMember.team_id)
    )
    return {team: frozenset(people) for team, people in rows}
