"""What was refused about a draft is recorded, and tells the publisher of no draft."""

from tests.features.findings.filing_situations import MISSING_DRAFT, WRITTEN, drafted
from tests.world import Someone
from tests.worlds.doors import post_json
from tests.worlds.entries import Logged, entries
from tests.worlds.shared import SharedWorld


def refused(world: SharedWorld, someone: Someone, draft: str) -> list[Logged]:
    """Let somebody try to read, change and remove a draft; gives what was recorded of it."""
    known = len(entries(world))
    path = f"/findings/drafts/{draft}"
    assert someone.client.get(f"/api/v1{path}").status_code == 404
    assert post_json(someone, path, revision=1, **WRITTEN).status_code in (403, 404)
    assert post_json(someone, f"{path}/remove").status_code in (403, 404)
    return [entry for entry in entries(world)[known:] if entry.outcome == "denied"]


def test_a_refusal_about_a_draft_names_it_to_the_own_organisation_alone(
    shared: SharedWorld,
) -> None:
    draft = drafted(shared)
    found = refused(shared, shared.lead_a, draft)
    assert len(found) == 3
    version = shared.made.version_id
    for entry in found:
        assert (entry.action, entry.object) == ("report:page:read", version)
        assert entry.actor == shared.organisations["ORGA"]
        assert draft not in str(entry.core)
        assert "draft" not in str(entry.core)
        assert entry.content["target"] == draft
        assert str(entry.content["act"]).startswith("finding:draft")
    for who in (shared.auditor, shared.coordinator):
        for path in ("/api/v1/log", "/log", "/api/v1/log?outcome=denied"):
            assert draft not in who.client.get(path).text, path


def test_a_refusal_about_no_draft_looks_the_same_to_the_publisher(shared: SharedWorld) -> None:
    there, nowhere = (
        refused(shared, shared.lead_a, draft) for draft in (drafted(shared), MISSING_DRAFT)
    )

    def outside(entry: Logged) -> tuple[str, str, str, object, object]:
        facts = {key: entry.core["facts"][key] for key in ("event", "facts", "policies")}
        return entry.action, entry.object, entry.actor, facts, entry.outcome

    assert [outside(entry) for entry in there] == [outside(entry) for entry in nowhere]


def test_what_somebody_of_the_publisher_is_refused_is_recorded_as_it_was(
    shared: SharedWorld,
) -> None:
    draft = drafted(shared)
    found = refused(shared, shared.author, draft)
    assert {(entry.actor, entry.object) for entry in found} == {(shared.author.id, draft)}
    assert all(entry.action.startswith("finding:draft") for entry in found)


def test_after_access_has_ended_it_is_refused_as_a_page_is(shared: SharedWorld) -> None:
    """No fingerprint of its own: object, policies and facts are those of a plain refused page."""
    draft, version = drafted(shared), shared.made.version_id
    path = f"/grants/{shared.made.grant_a}/revoke"
    assert post_json(shared.coordinator, path, reason="It is over.").status_code == 200
    known = len(entries(shared))
    assert shared.lead_a.client.get(f"/api/v1/versions/{version}/pages/1").status_code == 404
    (plain,) = entries(shared)[known:]
    for one in (draft, MISSING_DRAFT):
        for entry in refused(shared, shared.lead_a, one):
            assert (entry.action, entry.object) == (plain.action, version)
            alike = {"request": "", "channel": ""}
            assert {**entry.core["facts"], **alike} == {**plain.core["facts"], **alike}
