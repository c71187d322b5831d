"""Routing rules: which team a request is suggested to."""

from datetime import datetime

from sqlalchemy import ARRAY, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class RoutingRule(Base):
    """A rule of the publisher's; the first in order whose conditions all hold suggests its team."""

    __tablename__ = "routing_rules"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    position: Mapped[int]  # from 1 among those that did not end
    request_type: Mapped[str | None]
    basis_kind: Mapped[str | None]
    page_from: Mapped[int | None]
    page_to: Mapped[int | None]
    pathway: Mapped[int | None]  # its number in the report
    topic: Mapped[str | None]  # one of those of the teams
    words: Mapped[list[str]] = mapped_column(ARRAY(Text))  # any of them
    team_id: Mapped[str] = mapped_column(ForeignKey("teams.id"))
    priority: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    created_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
