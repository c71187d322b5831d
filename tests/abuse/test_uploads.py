"""AC-43, AC-46: what is handed in is never handed out, whatever it is called or pretends to be."""

import httpx
import pytest
from sqlalchemy import text

from tests.worlds.reports import settle, small_report
from tests.worlds.shared import SharedWorld

HTML = b"<html><script>alert('SOURCE-ALIVE')</script></html>"


@pytest.fixture(scope="module")
def room(shared_room: SharedWorld) -> SharedWorld:
    """Give one world to the whole module."""
    return shared_room


@pytest.fixture(scope="module")
def report_id(room: SharedWorld) -> str:
    """Give a report to import into."""
    return str(room.author.client.post("/api/v1/reports", json={"title": "Files"}).json()["id"])


def _import(
    room: SharedWorld, report_id: str, content: bytes, name: str, kind: str
) -> httpx.Response:
    answer: httpx.Response = room.author.client.post(
        f"/api/v1/reports/{report_id}/versions",
        data={"label": "1"},
        files={"file": (name, content, kind)},
    )
    return answer


PRETENDERS = {
    "a page called PDF": HTML,
    "an archive called PDF": b"PK\x03\x04" + b"\0" * 200,
    "a picture called PDF": b"\x89PNG\r\n\x1a\n" + b"\0" * 200,
    "a program called PDF": b"MZ" + b"\0" * 200,
    "nothing": b"",
    "only the first line": b"%PDF-1.7\n",
    "the first line and then a page": b"%PDF-1.7\n" + HTML,
}


@pytest.mark.parametrize("what", PRETENDERS)
def test_what_only_pretends_to_be_a_pdf_becomes_no_version(
    room: SharedWorld, report_id: str, what: str
) -> None:
    answer = _import(room, report_id, PRETENDERS[what], "report.pdf", "application/pdf")
    status = answer.status_code
    assert status in (202, 409, 413, 415, 422), what
    if status != 202:
        return
    settle(room)
    version = answer.json()["id"]
    ((state, failure),) = room.rows(
        "SELECT state, failure FROM versions WHERE id = :id", id=version
    )
    assert state == "failed"
    assert failure
    assert "Traceback" not in str(failure)
    assert room.author.client.get(f"/versions/{version}").status_code in (404, 503)


def test_a_page_hidden_around_a_real_pdf_is_never_served(room: SharedWorld, report_id: str) -> None:
    """A polyglot: a browser that guessed would see a page, PDF readers see a report."""
    answer = _import(room, report_id, small_report() + b"\n" + HTML, "a.html", "text/html")
    status = answer.status_code
    if status != 202:
        assert status in (415, 422)
        return
    settle(room)
    version = answer.json()["id"]
    for path in ("", "/pages/1", "/pages/1/image"):
        served = room.author.client.get(f"/versions/{version}{path}")
        assert b"SOURCE-ALIVE" not in served.content
        assert served.headers["x-content-type-options"] == "nosniff"
        assert served.status_code in (200, 404)


NAMES = [
    "../../../../tmp/evil.pdf", "/etc/passwd", "C:\\windows\\evil.pdf", "a\u202efdp.exe",
    "\u0000.pdf", "CON.pdf", "a" * 4000 + ".pdf", '"; filename="evil.html', "=cmd|' /C calc'!A0",
    "..", "<script>alert(1)</script>.pdf",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_no_file_name_reaches_the_disk_or_a_page(
    room: SharedWorld, report_id: str, name: str
) -> None:
    before = _files(room)
    answer = _import(room, report_id, HTML, name, "application/pdf")
    assert answer.status_code < 500
    new = _files(room) - before
    assert all(len(path) == 64 and path.isalnum() for path in new), "stored by digest alone"
    page = room.author.client.get(f"/reports/{report_id}")
    assert page.status_code == 200
    assert "alert(1)" not in page.text
    assert "evil" not in page.text


def _files(room: SharedWorld) -> set[str]:
    folder = room.web.settings.data_dir
    return {path.name for path in folder.rglob("*") if path.is_file()}


def test_no_route_serves_a_source(room: SharedWorld) -> None:
    ((digest,),) = room.rows(
        "SELECT source_digest FROM versions WHERE id = :id", id=room.made.version_id
    )
    for path in (f"/static/{digest}", f"/sources/{digest}", f"/objects/{str(digest)[:2]}/{digest}",
                 f"/static/../../sources/{digest}", f"/static/%2e%2e/%2e%2e/sources/{digest}",
                 f"/versions/{room.made.version_id}/source"):  # fmt: skip
        for client in (room.author.client, room.reviewer_a.client, room.anonymous()):
            answer = client.get(path)
            assert answer.status_code in (303, 401, 404), path
            assert b"%PDF" not in answer.content
    with room.owner.connect() as connection:
        opened = connection.execute(
            text("SELECT count(*) FROM audit_entry WHERE action = 'report:source:open'"
                 " AND actor NOT LIKE 'system:%'")
        ).scalar_one()  # fmt: skip
    assert opened == 0
