"""Each intention about reports and versions, as a form and as JSON: the same."""

import httpx
import pytest

from app.web import csrf
from tests.worlds.doors import API, Doors, post_form, post_json
from tests.worlds.reports import small_report
from tests.worlds.shared import SharedWorld

Rooms = tuple[SharedWorld, SharedWorld]


@pytest.fixture(scope="module")
def two_rooms(two_rooms: Rooms) -> Rooms:
    """Take the version back to the time before it was published, in both."""
    for world in two_rooms:
        world.change("UPDATE versions SET state = 'working'")
    return two_rooms


def version(world: SharedWorld, part: str) -> str:
    """Give an address below the version."""
    return f"/versions/{world.made.version_id}/{part}"


@pytest.mark.paired("/reports")
def test_creating_a_report(pair: Doors) -> None:
    events = pair.assert_alike(
        lambda w: post_form(w.author, "/reports", title="Another report"),
        lambda w: post_json(w.author, "/reports", title="Another report"),
    )
    assert events == ["ReportCreated"]


def upload(world: SharedWorld, prefix: str = "") -> httpx.Response:
    """Send a file with its fields, as a browser does and as a program may."""
    token = {} if prefix else {"csrf_token": csrf.token_for("test-secret")}
    response: httpx.Response = world.author.client.post(
        f"{prefix}/reports/{world.made.report_id}/versions",
        data={"label": "2.0", "coverage_date": "2026-05-01", "changelog": "Anew.", **token},
        files={"file": ("report.pdf", small_report() + b"\n", "application/pdf")},
    )
    return response


@pytest.mark.paired("/reports/{report_id}/versions")
def test_importing_a_version(pair: Doors) -> None:
    events = pair.assert_alike(upload, lambda w: upload(w, API))
    assert "VersionImportStarted" in events
    jobs = pair.html.rows("SELECT task_name FROM procrastinate_jobs ORDER BY id DESC LIMIT 1")
    assert jobs == [("reports.ingest",)]


@pytest.mark.paired("/versions/{version_id}/publish")
def test_publishing_a_version(pair: Doors) -> None:
    events = pair.assert_alike(
        lambda w: post_form(w.coordinator, version(w, "publish")),
        lambda w: post_json(w.coordinator, version(w, "publish")),
    )
    assert events == ["VersionPublished"]
