"""The publisher's teams, who belongs to them, and who is away."""

from datetime import date, datetime

from sqlalchemy import ARRAY, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class Team(Base):
    """A group of the publisher's people that answers requests of some topics."""

    __tablename__ = "teams"
    __table_args__ = (
        # The name of a team that ended is free again.
        Index("uq_teams_name", "name", unique=True, postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    topics: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class TeamMember(Base):
    """A person of a team; a backup is asked when the members are away."""

    __tablename__ = "team_members"
    __table_args__ = (UniqueConstraint("team_id", "person_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    team_id: Mapped[str] = mapped_column(ForeignKey("teams.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    backup: Mapped[bool] = mapped_column(default=False)
    joined_at: Mapped[datetime]


class Absence(Base):
    """Days on which a person of the publisher is away, first and last included."""

    __tablename__ = "absences"

    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    noted_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
