"""How somebody looks at a version: size, one page or many, what they searched for; and addresses.

Here: what the reader's frame and page are drawn from, made from views. Nothing here reads or
decides. What is chosen stands in the address, so that links, reloads and the way back keep it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from app.domain.passages import Rect, written
from app.features.reports.schemas import (
    BoxView,
    ChipView,
    DocumentView,
    OutlineView,
    PageNote,
    PageView,
)
from app.web.page_view import Anchor, ReaderPage, RedactionBox, Word

ZOOMS = {
    "": "Comfortable",
    "width": "Fit the width",
    "page": "Fit the page",
    "100": "100 %",
    "150": "150 %",
    "200": "200 %",
}
_SIZES = {"150": "76.5rem", "200": "102rem", "width": "100vw"}
_LONGEST_PHRASE = 500


@dataclass(frozen=True)
class Look:
    """What a reader has chosen; each part is empty when nothing was."""

    zoom: str = ""
    view: str = ""  # `continuous`: pages under each other
    phrase: str = ""

    def page(self, version_id: str, number: int, *, at: str = "") -> str:
        """Give the address of a page, looked at in the same way."""
        kept = {"zoom": self.zoom, "view": self.view, "q": self.phrase, "at": at}
        query = urlencode({name: value for name, value in kept.items() if value})
        place = f"/versions/{version_id}/pages/{number}"
        return f"{place}?{query}{'#place' if at else ''}" if query else place


def look_of(*, zoom: str = "", view: str = "", phrase: str = "") -> Look:
    """Read how somebody looks from an address; what is not known is as if it were not there."""
    return Look(
        zoom if zoom in ZOOMS else "",
        view if view == "continuous" else "",
        phrase.strip()[:_LONGEST_PHRASE],
    )


def frame(view: PageView, look: Look) -> dict[str, object]:
    """Give what the bar and the panels around a page show."""
    base, page = f"/versions/{view.version_id}", view.page
    other = Look(look.zoom, "" if look.view else "continuous", look.phrase)
    return {
        **_about(view, base),
        "page": page,
        "prev": look.page(view.version_id, page - 1) if page > 1 else None,
        "next": look.page(view.version_id, page + 1) if page < view.pages else None,
        "query": look.phrase,
        "keep": {"zoom": look.zoom, "view": look.view},
        "zoom": look.zoom,
        "zooms": [
            {
                "label": label,
                "value": value,
                "href": Look(value, look.view, look.phrase).page(view.version_id, page),
            }
            for value, label in ZOOMS.items()
        ],
        "continuous": bool(look.view),
        "other_view": other.page(view.version_id, page),
        "thumbnails": [
            {
                "page": n,
                "href": look.page(view.version_id, n),
                "image": f"{base}/pages/{n}/thumbnail",
            }
            for n in range(1, view.pages + 1)
        ],
    }


def frame_of_search(view: DocumentView, phrase: str) -> dict[str, object]:
    """Give what the bar around the places of a search shows."""
    base = f"/versions/{view.version_id}"
    return {**_about(view, base), "page": 1, "prev": None, "next": None, "query": phrase}


def _about(view: PageView | DocumentView, base: str) -> dict[str, object]:
    return {
        "report": view.report_title,
        "report_href": base,
        "version": f"Version {view.version_number}",
        "edition": view.edition.name,
        "withheld": view.edition.withheld,
        "index_href": f"{base}#removed",
        "pages": view.pages,
        "go": f"{base}/pages",
        "find": f"{base}/search",
    }


def outline(
    entries: Sequence[OutlineView], version_id: str, page: int, look: Look
) -> list[dict[str, object]]:
    """Give the outline with the entry that this page belongs to."""
    current = max((at for at, e in enumerate(entries) if e.page <= page), default=-1)
    return [
        {
            "label": entry.title,
            "href": look.page(version_id, entry.page),
            "page": entry.page,
            "level": entry.level,
            "current": at == current,
        }
        for at, entry in enumerate(entries)
    ]


def hits(
    view: PageView, look: Look, places: Sequence[Sequence[Rect]], at: str
) -> dict[str, object] | None:
    """Give the steps through the places of the search on this page; None where none is searched."""
    if not look.phrase:
        return None
    addresses = [written(place) for place in places]
    here = addresses.index(at) if at in addresses else -1
    version, search = view.version_id, f"/versions/{view.version_id}/search"
    steps = {
        step: f"{search}?{urlencode({'q': look.phrase, step: view.page, 'zoom': look.zoom})}"
        for step in ("after", "before")
    }
    onward = addresses[here + 1] if here + 1 < len(addresses) else None
    back = addresses[here - 1] if here > 0 else None
    return {
        "phrase": look.phrase,
        "count": len(places),
        "here": here + 1,
        "next": look.page(version, view.page, at=onward) if onward else steps["after"],
        "before": look.page(version, view.page, at=back) if back else steps["before"],
        "all": f"{search}?{urlencode({'q': look.phrase})}",
    }


def sheet(
    view: PageView,
    chips: dict[str, ChipView],
    look: Look,
    *,
    found: Sequence[Sequence[Rect]],
    linked: Sequence[Rect],
) -> ReaderPage:
    """Give a page as it is drawn: words, boxes, and what is anchored on it."""
    image = f"/versions/{view.version_id}/pages/{view.page}/image"
    return ReaderPage(
        number=view.page,
        width_px=view.width_px,
        height_px=view.height_px,
        width_pt=view.width_pt,
        height_pt=view.height_pt,
        image_url=image,
        # Fitted to the page, a picture's own size decides, and there is only one.
        fine_url=f"{image}?fine=1" if look.zoom != "page" else "",
        sizes=_SIZES.get(look.zoom, "(max-width: 55rem) 100vw, 51rem"),
        words=[Word(w.i, w.text, w.x, w.y, w.w, w.h) for w in view.words],
        boxes=[_box(box, chips) for box in view.boxes],
        anchors=_anchors(view, found, linked),
    )


def _anchors(
    view: PageView, found: Sequence[Sequence[Rect]], linked: Sequence[Rect]
) -> list[Anchor]:
    across, down = view.width_px / view.width_pt, view.height_px / view.height_pt
    here = f"#page-{view.page}"
    places = [
        *((c.rects, "claim", f"Claim {c.code}", f"#claim-{c.id}") for c in view.claims),
        *(
            (f.rects, "finding", f"{f.number}: {f.state}", f"/findings/{f.id}")
            for f in view.findings
        ),
        *(
            (n.rects, "note" if n.text else "highlight", _called(n), f"#note-{n.id}")
            for n in view.notes
        ),
        *((rects, "hit", "What you searched for", here) for rects in found),
        (linked, "found", "The passage of this link", here),
    ]
    return [
        Anchor(
            x=round(x0 * across, 1),
            y=round(y0 * down, 1),
            w=round((x1 - x0) * across, 1),
            h=round((y1 - y0) * down, 1),
            kind=kind,
            label=label,
            href=href,
        )
        for rects, kind, label, href in places
        for x0, y0, x1, y1 in rects
    ]


def _called(note: PageNote) -> str:
    return "Your note" if note.mine else f"Note of {note.writer}"


def _box(box: BoxView, chips: dict[str, ChipView]) -> RedactionBox:
    """Give a box as the reader draws it; where redactions meet, all of their categories."""
    found = [chips[i] for i in box.redactions if i in chips]
    codes = dict.fromkeys(code for chip in found for code in chip.categories)
    return RedactionBox(
        id=box.redactions[0] if box.redactions else "none",
        x=box.x,
        y=box.y,
        w=box.w,
        h=box.h,
        categories=tuple(codes),
        character="; ".join(dict.fromkeys(chip.character for chip in found)) or "Removed",
        size=found[0].size if found else "",
        substitute="; ".join(dict.fromkeys(c.substitute for c in found if c.substitute)),
    )


def card(
    chip: ChipView, *, challengeable: bool = False, reviewed: str | None = None
) -> RedactionBox:
    """Give what stands beside the page about a redaction, with where it can be challenged.

    `reviewed` is the version on whose gaps a finding can be filed.
    """
    return RedactionBox(
        id=chip.id,
        x=0,
        y=0,
        w=0,
        h=0,
        categories=chip.categories,
        character=chip.character,
        size=chip.size,
        substitute=chip.substitute or "",
        challenge_url=f"/redactions/{chip.id}#challenge" if challengeable else None,
        finding_url=(f"/findings/new?version={reviewed}&redaction={chip.id}" if reviewed else None),
    )
