"""Views out, for looking at a version as an organisation sees it."""

from app.features.evidence.schemas import ItemView, LineView
from app.kernel.values import Frozen


class DifferenceView(Frozen):
    """A removal that an organisation meets and the person who looks does not: with its words."""

    id: str
    page: int
    categories: tuple[str, ...]
    character: str
    size: str
    words: str  # what stands there in one's own edition
    evidence: str | None = None  # code of the item in which it stands; its words are read there


class SeenAsView(Frozen):
    """A version as an organisation sees it, against one's own edition."""

    version_id: str
    report_id: str
    report_title: str
    version_number: int
    pages: int
    organisation_id: str
    organisation: str
    withheld: tuple[str, ...]  # categories withheld from them, and from whoever looks
    beyond: tuple[str, ...]  # categories that they read and whoever looks does not
    differences: tuple[DifferenceView, ...]
    evidence: tuple[ItemView, ...] = ()


class SheetView(Frozen):
    """One page of an edition: its size, permitted words and boxes, lengths in pixels."""

    width_px: int
    height_px: int
    words: tuple[tuple[str, int, int, int, int], ...]
    boxes: tuple[tuple[int, int, int, int, tuple[str, ...]], ...]  # with the redactions' ids


class PageAsView(Frozen):
    """One page twice: one's own edition, and what the organisation sees."""

    version_id: str
    report_title: str
    version_number: int
    page: int
    pages: int
    organisation_id: str
    organisation: str
    beyond: tuple[str, ...]
    own: SheetView
    theirs: SheetView
    differences: tuple[DifferenceView, ...]


class EvidenceAsView(Frozen):
    """Some lines of an evidence item as an organisation sees them, and what is removed of it."""

    version_id: str
    report_title: str
    version_number: int
    code: str
    kind: str
    title: str
    part: int
    parts: int
    organisation_id: str
    organisation: str
    beyond: tuple[str, ...]
    lines: tuple[LineView, ...]
    differences: tuple[DifferenceView, ...]  # in all of the item
