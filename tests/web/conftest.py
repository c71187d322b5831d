"""A small application that shows every component through the real environment and real headers."""

import datetime as dt
import io
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI, UploadFile
from PIL import Image, ImageDraw, ImageFont
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.kernel import clock
from app.kernel.errors import Invalid, NotFound
from app.web.errors import register_errors
from app.web.headers import HeadersMiddleware, mount_static
from app.web.page_view import Anchor, EditorPage, Mark, ReaderPage, RedactionBox, Word
from app.web.render import Membership, RailItem, Viewer, environment, page

PAGES = Path(__file__).parent / "pages"
WIDTH, HEIGHT = 1240, 1754
TEXT = """4.2 Who would notice

Changes to the evaluation harness are reviewed by two people outside the training
group. In the last quarter every change was reviewed within one day, and three were
sent back.

The monitor that compares committed code with model output runs on ████████ and
raises an alert to the on-call engineer. Its configuration is kept in █████ , to
which ████ staff have write access.

We claim that a backdoor of the size considered here would be found before release.
The argument rests on the detection rate of table 7 and on the review delay above."""
ROWS = """
RQ-ORGA-0012|Who is paged when the sabotage monitor fires at night?|In triage|accent
RQ-INST-0031|Transcripts behind table 7, with sampling method|In triage|accent
RQ-ORGA-0011|Why is the paragraph on p. 41 withheld under SEC?|Needs clarification|warn
RQ-INTL-0008|Interview with the on-call lead for weight storage|In triage|accent
RQ-INST-0029|Confirm that the August figures cover internal deployment|Answered|good
"""
SUBS = """
Explanation · two paragraphs · for position on claim 4.2|Pathway 3, claim 4.2
Data · JSONL · substitute: supervised viewing|Evidence E-19
Redaction challenge|p. 41
Interview · 45 minutes|Pathway 5
Confirmation · yes or no, with source|Claim 2.1
"""


def _cells(lines: str) -> list[list[str]]:
    return [line.split("|") for line in lines.strip().splitlines()]


@dataclass
class Leaf:
    """A typeset page: its picture, its words and its boxes, in pixels."""

    png: bytes
    words: list[Word]
    boxes: list[RedactionBox]


def typeset() -> Leaf:
    """Draw a page as an edition would have it: white paper, words, opaque boxes."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), "white")
    draw = ImageDraw.Draw(picture)
    words: list[Word] = []
    boxes: list[RedactionBox] = []
    codes = [("SEC",), ("SEC",), ("PII", "SEC")]
    characters = [
        "Names the system on which the monitor runs.",
        "Names where the configuration is kept.",
        "Says how many people have write access.",
    ]
    y = 150.0
    for at, line in enumerate(TEXT.splitlines()):
        font = ImageFont.load_default(40 if at == 0 else 27)  # comes with Pillow
        x = 130.0
        for text in line.split():
            width = draw.textlength(text, font=font)
            if text.startswith("█"):
                draw.rectangle((x, y, x + width, y + 32), fill="#111")
                boxes.append(
                    RedactionBox(
                        id=f"r{len(boxes)}",
                        x=x,
                        y=y,
                        w=round(width, 1),
                        h=32.0,
                        categories=codes[len(boxes)],
                        character=characters[len(boxes)],
                        size="14 words",
                        challenge_url="/challenge",
                    )
                )
            else:
                draw.text((x, y), text, font=font, fill="#1d1f22")
                height = 46.0 if at == 0 else 32.0
                words.append(Word(len(words), text, round(x, 1), y, round(width, 1), height))
            x += width + draw.textlength(" ", font=font)
        y += 46.0
    bytes_of = io.BytesIO()
    picture.save(bytes_of, "PNG")
    return Leaf(bytes_of.getvalue(), words, boxes)


def viewer(path: str) -> Viewer:
    """Return somebody who is signed in."""
    labels = [("Home", None), ("Triage", 7), ("Reviews", None), ("Reports", None), ("Findings", 3)]
    rail = [
        RailItem(label, f"/{label.lower()}", count, label == "Triage")
        for label, count in [*labels, ("Shared items", None), ("Speed", None)]
    ]
    known = Viewer(
        name="Signed-in person",
        organisation_name="Publisher",
        roles=("Coordinator", "Approver"),
        rail=tuple(rail),
        csrf_token="token-of-this-session",
        timezone="Europe/London",
        memberships=(Membership("m2", "Stress-testing team"),),
        key="mem_1",
        session_key="ses_1",
    )
    if path == "/view-as":
        return replace(known, view_as="Organisation A", view_as_leave="/queue")
    return known


def _moments() -> dict[str, dt.datetime]:
    now, hour = clock.now(), dt.timedelta(hours=1)
    return {
        "now": now,
        "one_hour": now - hour,
        "two_hours": now - 2 * hour,
        "three_hours": now - 3 * hour,
        "yesterday": now - 26 * hour,
        "tonight": now + hour,
        "late": now - 50 * hour,
    }


def _rows() -> list[tuple[object, ...]]:
    now, day = clock.now(), dt.timedelta(days=1)
    due = [now + day / 8, now + day, None, now + 12 * day, now + 16 * day]
    return [
        (number, asked, sub, about, state, tone, tone == "good", None, moment)
        for (number, asked, state, tone), (sub, about), moment in zip(
            _cells(ROWS), _cells(SUBS), due, strict=True
        )
    ]


READER = {
    "report": "Sabotage risk report",
    "report_href": "/reports",
    "version": "version 2 · 14 Nov 2026",
    "edition": "Reviewer edition",
    "withheld": ["LEG", "SEC"],
    "index_href": "/index",
    "page": 41,
    "pages": 62,
    "prev": "?page=40",
    "next": "?page=42",
    "go": "/reader",
    "find": "/reader",
}


def _page_to_read(leaf: Leaf) -> ReaderPage:
    anchors = [
        Anchor(x=w.x, y=w.y, w=w.w, h=w.h, kind="finding", label="Finding 9", href="/finding")
        for w in leaf.words
        if 18 <= w.i <= 28
    ]
    at = leaf.words[-28]
    anchors.append(
        Anchor(x=at.x, y=at.y, w=400, h=32, kind="claim", label="Claim 4.2", href="/claim")
    )
    return ReaderPage(
        number=41,
        width_px=WIDTH,
        height_px=HEIGHT,
        image_url="/leaf.png",
        words=leaf.words,
        boxes=leaf.boxes,
        anchors=anchors,
    )


def _page_to_edit(leaf: Leaf) -> EditorPage:
    states = ("proposed", "approved", "refused")
    marks = [
        Mark(id=b.id, x=b.x, y=b.y, w=b.w, h=b.h, state=s, categories=b.categories, href=f"#{b.id}")
        for b, s in zip(leaf.boxes, states, strict=True)
    ]
    return EditorPage(
        number=41,
        width_px=WIDTH,
        height_px=HEIGHT,
        width_pt=595,
        height_pt=842,
        image_url="/leaf.png",
        marks=marks,
    )


def _context(leaf: Leaf, path: str) -> dict[str, Any]:
    wrong = path == "/form-refused"
    return {
        "rows": _rows(),
        "typed": {"basis": "Claim 4.2 rests on it."} if wrong else {},
        "errors": {"title": "Say what you ask for.", "form": "Choose one."} if wrong else {},
        "moments": _moments(),
        "reader": READER,
        "leaf": _page_to_edit(leaf) if path == "/editor" else _page_to_read(leaf),
    }


STATUS = {"done": False, "value": 3, "max": 62, "note": "page 3 of 62", "href": None}
ADDRESSES = {
    "/queue": "queue",
    "/detail": "detail",
    "/form": "form",
    "/form-refused": "form",
    "/parts": "parts",
    "/view-as": "queue",
    "/sign-in": "sign_in",
    "/reader": "reader",
    "/editor": "editor",
}


def styleguide_app() -> FastAPI:
    """Build the application: one address per page, real errors, real headers."""
    app = FastAPI(openapi_url=None)
    app.add_middleware(HeadersMiddleware)
    mount_static(app)
    register_errors(app)
    leaf = typeset()

    def show(request: Request) -> Response:
        path = request.url.path
        if path != "/sign-in":
            request.state.viewer = viewer(path)
        source = (PAGES / f"{ADDRESSES[path]}.html").read_text(encoding="utf-8")
        return page(request, environment().from_string(source), **_context(leaf, path))

    for address in ADDRESSES:
        app.add_api_route(address, show, methods=["GET"])
    app.add_api_route("/leaf.png", lambda: Response(leaf.png, media_type="image/png"))
    app.add_api_route("/status", lambda: JSONResponse(STATUS))

    def missing() -> Response:
        raise NotFound

    def broken() -> Response:
        raise RuntimeError("a secret detail")

    def take(file: UploadFile) -> Response:
        if not file.file.read(5).startswith(b"%PDF-"):
            raise Invalid(fields={"file": "This is no PDF."})
        return RedirectResponse("/queue", status_code=303)

    app.add_api_route("/upload", take, methods=["POST"])
    app.add_api_route("/forbidden", missing)
    app.add_api_route("/api/forbidden", missing)
    app.add_api_route("/broken", broken)
    return app


@pytest.fixture(scope="session")
def styleguide() -> FastAPI:
    """Give the application to tests that need no browser."""
    return styleguide_app()


@pytest.fixture(scope="session")
def styleguide_url(styleguide: FastAPI) -> Iterator[str]:
    """Serve it on a free port of the loopback interface."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(styleguide, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)
    listener.close()
