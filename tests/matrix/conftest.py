"""The rich world of the matrix: made once a run and process, copied for each module."""

from collections.abc import Iterator

import pytest

from tests.database import DatabaseServer
from tests.matrix.canary_world import CanaryWorld, Snapshot, copy_of, make_snapshot


@pytest.fixture(scope="session")
def canary_snapshot(
    database_server: DatabaseServer, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Snapshot]:
    """Make the situation once."""
    database = database_server.clone(f"{worker_id}_canaries")
    yield make_snapshot(database, tmp_path_factory.mktemp("canaries") / "data")
    database_server.drop(database)


@pytest.fixture(scope="module")
def canaries(
    canary_snapshot: Snapshot,
    database_server: DatabaseServer,
    worker_id: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[CanaryWorld]:
    """Give a module its own copy, to which it may do what it likes."""
    folder = tmp_path_factory.mktemp("copy") / "data"
    world, database = copy_of(canary_snapshot, database_server, f"{worker_id}_canary_copy", folder)
    yield world
    world.watching.close()
    world.web.engine.dispose()
    world.worker.engine.dispose()
    database_server.drop(database)


@pytest.fixture(scope="module")
def furnished(canaries: CanaryWorld) -> CanaryWorld:
    """Add a proposed redaction, and the ids of people and sign-in of organisation A."""
    organisation = canaries.organisations["ORGA"]
    asked = {"email": "new@example.test", "name": "New", "roles": ["reviewer"]}
    path = f"/api/v1/organisations/{organisation}/invitations"
    invited = canaries.lead_a.client.post(path, json=asked)
    assert invited.status_code == 201, invited.text
    path = f"/api/v1/versions/{canaries.ids['version']['unshared']}/redactions"
    place = {"page": 1, "rects": [[60, 60, 200, 80]]}
    reason = {"categories": ["SEC"], "character": "A system", "justification": "It would help."}
    proposed = canaries.author.client.post(path, json={"places": [place], **reason})
    assert proposed.status_code == 201, proposed.text
    made = canaries.approver.client.post("/api/v1/justifications", json=reason)
    assert made.status_code == 201, made.text
    waiting = canaries.ids["waiting"]
    attached = _attached(canaries, canaries.ids["request"]["PARTED"])
    canaries.ids |= {
        "template": {"ORGA": made.json()["id"]},
        "redaction": {
            **canaries.ids["redaction"],
            "proposed": proposed.json()[0]["id"],
            "earlier": waiting["mark"],
        },
        "version": {**canaries.ids["version"], "earlier": waiting["version"]},
        "membership": {"ORGA": canaries.reviewer_a.membership_id},
        "provider": {"ORGA": f"idp_{organisation[4:]}"},
        "invitation": {"ORGA": invited.json()["id"]},
        "attachment": {"PARTED": attached},
    }
    return canaries


def _attached(world: CanaryWorld, request_id: str) -> str:
    """Attach a file to the draft of a part's answer; gives the attachment's id."""
    path, part = f"/api/v1/requests/{request_id}", world.ids["part"]["PARTED"]
    drafted = world.responder.client.post(f"{path}/answer", json={"answer": "", "part_id": part})
    assert drafted.status_code == 200, drafted.text
    attached = world.responder.client.post(
        f"{path}/attachments",
        data={"title": "A rota", "part_id": part},
        files={"file": ("rota.md", b"# Rota\n", "text/markdown")},
    )
    assert attached.status_code == 202, attached.text
    return str(attached.json()["items"][0]["id"])
