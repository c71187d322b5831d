"""Where a mark stands: cut to its page, counted in words, in a version that is still marked."""

from collections.abc import Iterable

from sqlalchemy import select

from app.access.released import ReleasedPage
from app.kernel.errors import Conflict, Invalid, NotFound
from app.models.reports import Version
from app.transaction import Transaction

Rect = tuple[float, float, float, float]


def lock_for_marks(tx: Transaction, version_id: str, *, alone: bool = False) -> Version:
    """Hold a version in the state in which it is marked, until the transaction ends.

    Others may mark meanwhile, unless it is held `alone`.

    Raises:
        Conflict: the version was published meanwhile.
    """
    # Publication takes the same lock, so no mark slips in behind its back.
    version = tx.session.scalars(
        select(Version).where(Version.id == version_id).with_for_update(read=not alone)
    ).one_or_none()
    if version is None:
        raise NotFound
    if version.state != "working":
        raise Conflict("The version was published meanwhile; its redactions stand.")
    return version


def on_page(rects: Iterable[Rect], page: ReleasedPage) -> list[Rect]:
    """Cut rectangles to the page.

    Raises:
        Invalid: one has no area there.
    """
    return [_cut(rect, page) for rect in rects]


def _cut(rect: Rect, page: ReleasedPage) -> Rect:
    x0, x1 = sorted(min(max(rect[at], 0.0), page.width_pt) for at in (0, 2))
    y0, y1 = sorted(min(max(rect[at], 0.0), page.height_pt) for at in (1, 3))
    if x1 - x0 < 1 or y1 - y0 < 1:
        raise Invalid(fields={"x0": "The rectangle has no area on the page."})
    return round(x0, 2), round(y0, 2), round(x1, 2), round(y1, 2)


def words_in(page: ReleasedPage, rects: list[Rect]) -> int:
    """Count the words whose middle stands in one of the rectangles."""
    across, down = page.width_pt / page.width_px, page.height_pt / page.height_px
    middles = [((w.x + w.w / 2) * across, (w.y + w.h / 2) * down) for w in page.words]
    return sum(any(x0 <= x <= x1 and y0 <= y <= y1 for x0, y0, x1, y1 in rects) for x, y in middles)


def written_rects(rects: Iterable[Iterable[float]]) -> list[str]:
    """Write rectangles as an entry keeps them: `10,20,80,32`."""
    return [",".join(f"{edge:g}" for edge in rect) for rect in rects]
