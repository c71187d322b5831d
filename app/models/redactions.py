"""Redactions: places, reasons and decisions. Never the words removed."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class Redaction(Base):
    """A removal in a version. `rects` are [x0, y0, x1, y1] in points as displayed, one a line.

    Editions are named by the ids of these rows, so page, rects and mode never change in a row:
    a mark that moves becomes a row of its own, which `replaces` the withdrawn one.
    """

    __tablename__ = "redactions"

    id: Mapped[str] = mapped_column(primary_key=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), index=True)
    group_id: Mapped[str] = mapped_column(index=True)  # marks that share one decision
    page: Mapped[int]
    rects: Mapped[list[list[float]]]
    mode: Mapped[str]  # tight, padded, line, block
    categories: Mapped[list[str]]
    character: Mapped[str]
    justification: Mapped[str]
    size_words: Mapped[int] = mapped_column(default=0)
    state: Mapped[str]  # proposed, approved, refused, withdrawn, in_force, lifted
    proposed_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None]
    negative_statement: Mapped[bool] = mapped_column(default=False)
    expires_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)  # how often it was changed, plus one
    replaces: Mapped[str | None] = mapped_column(ForeignKey("redactions.id"), unique=True)
    changed_at: Mapped[datetime | None]  # moved, reworded, withdrawn or restored
    substitute: Mapped[str | None]  # said in its stead, such as a pseudonym; public
    segregable: Mapped[bool | None]  # whether this is the smallest span; None: not said
    evidence: Mapped[str | None]  # code of the item it stands in; then page is 0, without rects
    # The mark of an earlier version that this one was carried over from.
    carried_from: Mapped[str | None] = mapped_column(ForeignKey("redactions.id"), index=True)


class NotNeeded(Base):
    """That a mark of an earlier version is not needed in a later one, and who said so.

    Why is a guarded field of the earlier mark: `not_needed.<id of the later version>`.
    """

    __tablename__ = "marks_not_needed"

    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), primary_key=True)
    redaction_id: Mapped[str] = mapped_column(ForeignKey("redactions.id"), primary_key=True)
    decided_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime]


class RedactionComment(Base):
    """A comment on a group of marks, inside the publisher. Guarded field: `comment.<id>`."""

    __tablename__ = "redaction_comments"

    id: Mapped[str] = mapped_column(primary_key=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), index=True)
    group_id: Mapped[str]
    written_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    written_at: Mapped[datetime]


class JustificationTemplate(Base):
    """A reason that recurs, to be chosen and fitted: public texts, as those of a redaction."""

    __tablename__ = "justification_templates"

    id: Mapped[str] = mapped_column(primary_key=True)
    categories: Mapped[list[str]]
    character: Mapped[str]
    justification: Mapped[str]
    state: Mapped[str]  # active, retired
    made_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime]
