"""Commands in, views out, for carrying marks over from an earlier version.

Unlike the other views of redactions these show words: those that stand under a mark, to whom
everything there is lifted.
"""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.features.redactions.schemas import Place, Prose, RedactionView
from app.kernel.values import Frozen

Id = Annotated[str, Field(min_length=1, max_length=64)]


class CarryIdentical(Frozen):
    """Carry marks over together, whose words and surroundings are the same in both versions."""

    earlier: Id  # the version that they stand in
    marks: Annotated[tuple[Id, ...], Field(min_length=1, max_length=5000)]


class CarryMark(Frozen):
    """Carry one mark over to the places chosen for it."""

    mark: Id
    places: Annotated[tuple[Place, ...], Field(min_length=1, max_length=20)]


class DropMark(Frozen):
    """Say why a mark of an earlier version is not needed in this one."""

    mark: Id
    reason: Prose


class SpotView(Frozen):
    """A place where a mark may go, with the words that stand there and around."""

    places: tuple[Place, ...]
    before: str
    text: str
    after: str


class InEvidence(Frozen):
    """A place in evidence; without a `where` only the item is known. `part` holds the line."""

    code: str
    where: str = ""  # "line 12, field 2"
    line: int = 1
    part: int = 1


class EarlierMarkView(Frozen):
    """A mark of an earlier version, what stands under it, and where it may go.

    `kind`: identical, moved, several, changed, gone, area (no words under it), unread (its file is
    not ready to be compared), or closed: its place is not wholly open to this person. Of a mark in
    evidence `page` is 0, `stood` its place then, and `stands` its place now or the item to look in.
    """

    id: str
    page: int
    stood: InEvidence | None = None
    stands: InEvidence | None = None
    categories: tuple[str, ...]
    character: str
    justification: str
    state: str
    kind: str
    before: str = ""
    text: str = ""
    after: str = ""
    spots: tuple[SpotView, ...] = ()
    not_needed: "NotNeededView | None" = None


class NotNeededView(Frozen):
    """That somebody found a mark unneeded; its reason for who may read it."""

    by: str
    at: datetime
    reason: str | None


class EarlierVersionView(Frozen):
    """An earlier version with its marks that wait; `open` where this person may compare it."""

    version_id: str
    number: int
    open: bool
    waiting: int
    identical: tuple[EarlierMarkView, ...] = ()
    others: tuple[EarlierMarkView, ...] = ()
    closed: tuple[EarlierMarkView, ...] = ()
    not_needed: tuple[EarlierMarkView, ...] = ()


class CarryOverView(Frozen):
    """What is left to carry over to a version, and how much is done."""

    version_id: str
    report_id: str
    report_title: str
    version_number: int
    waiting: int
    carried: int
    not_needed: int
    earlier: tuple[EarlierVersionView, ...]


class CarriedView(Frozen):
    """The marks proposed by carrying over.

    `reasons_left_out`: groups whose restricted justification this person may not read, so that it
    was not taken along.
    """

    marks: tuple[RedactionView, ...]
    reasons_left_out: int
