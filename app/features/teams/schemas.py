"""Commands in, views out, for the publisher's teams and absences."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from app.kernel.values import Frozen

Id = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Topic = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
People = Annotated[tuple[Id, ...], Field(max_length=500)]


class SaveTeam(Frozen):
    """Say what a team is called, which topics are its own, and who belongs to it."""

    name: Name
    topics: Annotated[tuple[Topic, ...], Field(max_length=50)] = ()
    members: People = ()
    backups: People = ()


class NoteAbsence(Frozen):
    """Say that somebody is away, from the first to the last day; oneself when nobody is named."""

    person_id: Id | None = None
    starts_on: date
    ends_on: date


class MemberView(Frozen):
    """A person of a team."""

    person_id: str
    name: str
    backup: bool
    away_until: date | None  # while they are away


class TeamView(Frozen):
    """A team with its people and what lies with it."""

    id: str
    name: str
    topics: tuple[str, ...]
    members: tuple[MemberView, ...]
    waiting: int  # parts that nobody of the team holds yet
    open: int  # parts that are not answered yet


class AbsenceView(Frozen):
    """Somebody who is away now or will be."""

    id: str
    person_id: str
    name: str
    starts_on: date
    ends_on: date
    mine: bool


class PersonOption(Frozen):
    """Somebody who can belong to a team."""

    id: str
    name: str


class TeamsView(Frozen):
    """All teams, who is away, and who could belong to a team."""

    teams: tuple[TeamView, ...]
    absences: tuple[AbsenceView, ...]
    people: tuple[PersonOption, ...]
    may_manage: bool


class TeamMade(Frozen):
    """A team that was made or changed."""

    id: str


class AbsenceMade(Frozen):
    """An absence that was noted."""

    id: str
