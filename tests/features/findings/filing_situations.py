"""What the tests of filing have in common: a draft written, opened, complete; comments in files."""

import io
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from tests.features.findings.situations import passage
from tests.world import Someone
from tests.worlds.doors import post_json
from tests.worlds.reports import small_report
from tests.worlds.shared import SharedWorld

SAID = "It reads a sample of them, and DRAFTWORDS say so."
WRITTEN: dict[str, Any] = {
    "finding_class": "E",
    "materiality": "claim",
    "statement": SAID,
    "correction": "reads a sample of transcripts",
    "evidence": "",
}
PDF = b"%PDF-1.7\n% nothing that anybody opens\n"
MISSING_DRAFT = "fdr_00000000000000000000"


def drafted(world: SharedWorld, someone: Someone | None = None, **more: Any) -> str:
    """Draft a finding on the phrase as organisation A's reviewer; gives its id."""
    body = {**passage(world, someone), **WRITTEN, **more}
    made = post_json(someone or world.reviewer_a, "/findings/drafts", **body)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def opened(world: SharedWorld, **more: Any) -> str:
    """Draft a finding that everybody of organisation A sees; gives its id."""
    draft = drafted(world, **more)
    path = f"/findings/drafts/{draft}/people"
    assert post_json(world.reviewer_a, path, everybody=True).status_code == 200
    return draft


def with_file(world: SharedWorld, draft: str, content: bytes = PDF, name: str = "a.pdf") -> Any:
    """Send a file to a draft as organisation A's reviewer; gives the answer."""
    return world.reviewer_a.client.post(
        f"/api/v1/findings/drafts/{draft}/files",
        data={"title": "The run's own record"},
        files={"file": (name, content)},
    )


def lead_files(world: SharedWorld) -> None:
    """Let only the lead of organisation A file in its review."""
    world.change(
        "UPDATE reviews SET submitted_by = 'lead' WHERE id = :r", r=world.made.review_a
    )  # fmt: skip


def commented_pdf(
    page: int,
    rects: list[tuple[float, float, float, float]],
    comment: str,
    *,
    source: bytes | None = None,
    rotate: int = 0,
) -> bytes:
    """Give the small report with one highlight; rectangles in the file's own space, y up."""
    with pikepdf.open(io.BytesIO(source or small_report())) as pdf:
        quads = [
            edge
            for x0, y0, x1, y1 in rects
            for edge in (x0, y1, x1, y1, x0, y0, x1, y0)
        ]  # fmt: skip
        pdf.pages[page - 1].Annots = Array(
            [
                pdf.make_indirect(
                    Dictionary(
                        Type=Name.Annot,
                        Subtype=Name.Highlight,
                        Rect=Array(list(rects[0])),
                        QuadPoints=Array(quads),
                        Contents=pikepdf.String(comment),
                        T=pikepdf.String("Somebody Named"),
                    )
                )
            ]
        )
        if rotate:
            pdf.pages[page - 1].Rotate = rotate
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def place_in_file(world: SharedWorld, page: int, phrase: str) -> tuple[float, float, float, float]:
    """Give where a phrase stands in the file's own space (y up), as somebody would mark it."""
    first, last = world.span(world.reviewer_a, page, phrase)
    seen = world.reviewer_a.client.get(
        f"/api/v1/versions/{world.made.version_id}/pages/{page}"
    ).json()
    words = seen["words"][first : last + 1]
    scale = seen["height_pt"] / seen["height_px"]
    return (
        min(w["x"] for w in words) * scale,
        seen["height_pt"] - max(w["y"] + w["h"] for w in words) * scale,
        max(w["x"] + w["w"] for w in words) * scale,
        seen["height_pt"] - min(w["y"] for w in words) * scale,
    )


def xfdf(*notes: str) -> bytes:
    """Give an XFDF with these notes."""
    return (
        '<?xml version="1.0"?><xfdf xmlns="http://ns.adobe.com/xfdf/"><annots>'
        + "".join(notes)
        + "</annots></xfdf>"
    ).encode()


def highlight(page: int, rect: tuple[float, float, float, float], said: str) -> str:
    """Give a highlight of an XFDF; `page` from 1."""
    x0, y0, x1, y1 = rect
    coords = f"{x0},{y1},{x1},{y1},{x0},{y0},{x1},{y0}"
    return (
        f'<highlight page="{page - 1}" coords="{coords}" title="Somebody Named">'
        f"<contents>{said}</contents></highlight>"
    )


def looked_at(world: SharedWorld, content: bytes = b"", *, name: str = "f", sheet: str = "") -> Any:
    """Ask what a file would make, as organisation A's reviewer; gives the answer."""
    files = {"file": (name, content)} if content else None
    return world.reviewer_a.client.post(
        "/api/v1/findings/import/preview",
        data={"review_id": world.made.review_a, "sheet": sheet},
        files=files,
    )


def taken(world: SharedWorld, seen: dict[str, Any], **more: Any) -> Any:
    """Make drafts of a preview; by default of all that it shows. Gives the answer."""
    body = {
        "review_id": seen["review_id"],
        "source": seen["source"],
        "candidates": [row["candidate"] for row in seen["rows"]],
        "chosen": [row["token"] for row in seen["rows"]],
    }
    return post_json(world.reviewer_a, "/findings/import", **{**body, **more})
