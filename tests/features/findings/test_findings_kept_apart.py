"""What a finding tells whom: no name without leave, no slip to authors, no text too far."""

from app.features.findings.tasks import route_finding
from tests.features.findings.situations import answered, filed, owned_by, routed
from tests.world import Someone
from tests.worlds.doors import post_json
from tests.worlds.entries import entries
from tests.worlds.reports import grant_internally, settle
from tests.worlds.shared import SharedWorld


def _everything(world: SharedWorld, someone: Someone, finding: str) -> str:
    """Fetch all that shows a finding to somebody, as one text."""
    paths = (
        f"/findings/{finding}",
        f"/api/v1/findings/{finding}",
        "/findings",
        "/api/v1/findings",
        f"/versions/{world.made.version_id}/pages/1",
        f"/api/v1/versions/{world.made.version_id}/pages/1",
    )
    answers = [someone.client.get(path) for path in paths]
    return "\n".join(f"{a.text}\n{dict(a.headers)}" for a in answers)


def test_an_author_sees_an_alias_unless_the_organisation_names_itself(shared: SharedWorld) -> None:
    finding = answered(shared)
    ((number, alias),) = shared.rows("SELECT number, alias FROM findings")
    assert number == "FC-ORGA-0001"
    names = ("ORGA", "ORGA organisation", str(number), shared.organisations["ORGA"],
             shared.reviewer_a.id, "Reviewer A")  # fmt: skip
    shown = _everything(shared, shared.author, finding)
    assert str(alias) in shown
    assert [name for name in names if name in shown] == []
    for someone in (shared.coordinator, shared.approver):
        assert str(number) in _everything(shared, someone, finding)
    shared.change("UPDATE organisations SET names_itself_to_authors = true WHERE code = 'ORGA'")
    shown = _everything(shared, shared.author, finding)
    assert "ORGA organisation" in shown
    assert str(number) in shown


def test_the_reviewer_never_sees_who_answers(shared: SharedWorld) -> None:
    finding = answered(shared)
    shown = _everything(shared, shared.reviewer_a, finding)
    for someone in (shared.author, shared.coordinator):
        assert someone.id not in shown
    assert "owns the version" not in shown
    assert "FC-ORGA-0001" in shown


def test_a_confidentiality_slip_reaches_the_coordinator_and_an_approver_only(
    shared: SharedWorld,
) -> None:
    owned_by(shared, shared.author)
    finding = filed(shared, finding_class="H", statement="This names the sealed project.")
    route_finding(shared.worker, finding_id=finding)
    ((author, rule),) = shared.rows("SELECT author_id, routed_by_rule FROM findings")
    assert (author, rule) == (None, "a confidentiality slip: coordinator and approver only")
    ((number, alias),) = shared.rows("SELECT number, alias FROM findings")
    for someone in (shared.author, shared.second_author, shared.auditor, shared.responder):
        shown = _everything(shared, someone, finding)
        assert not {str(number), str(alias), "sealed project"} & set(shown.split())
        assert "sealed project" not in shown
        assert str(alias) not in shown
        assert someone.client.get(f"/findings/{finding}").status_code == 404
    for someone in (shared.coordinator, shared.approver, shared.reviewer_a):
        assert someone.client.get(f"/findings/{finding}").status_code == 200
    path = f"/findings/{finding}/reroute"
    kept = post_json(shared.coordinator, path, person_id=shared.author.id)
    assert kept.status_code == 409
    assert "Another author" not in shared.coordinator.client.get(f"/findings/{finding}").text


def test_a_finding_goes_to_the_owner_by_the_worker(shared: SharedWorld) -> None:
    owned_by(shared, shared.author)
    finding = filed(shared)
    settle(shared)
    ((state, author, rule),) = shared.rows("SELECT state, author_id, routed_by_rule FROM findings")
    assert (state, author, rule) == ("routed", shared.author.id, "owns the version")
    entry = [e for e in entries(shared) if e.event == "FindingRouted"]
    assert [(e.actor, e.object, e.facts["to"]) for e in entry] == [
        ("system:route", finding, shared.author.id)
    ]
    route_finding(shared.worker, finding_id=finding)
    assert len([e for e in entries(shared) if e.event == "FindingRouted"]) == 1


def test_an_owner_who_is_not_cleared_is_passed_over(shared: SharedWorld) -> None:
    owned_by(shared, shared.second_author)
    owned_by(shared, shared.author, rank=1)
    route_finding(shared.worker, finding_id=filed(shared))
    ((author, rule),) = shared.rows("SELECT author_id, routed_by_rule FROM findings")
    assert (author, rule) == (
        shared.author.id,
        "owns the version; nearer owners are not cleared",
    )


def test_without_a_cleared_owner_it_waits_in_the_coordinators_queue(shared: SharedWorld) -> None:
    grant_internally(shared, shared.made, shared.second_author, "COM")
    owned_by(shared, shared.second_author)
    finding = filed(shared)
    route_finding(shared.worker, finding_id=finding)
    ((author, rule),) = shared.rows("SELECT author_id, routed_by_rule FROM findings")
    assert author is None
    assert rule == "no owner is cleared for the passage: the coordinator's queue"
    assert finding in {
        row["id"] for row in shared.coordinator.client.get("/api/v1/findings").json()
    }


def test_a_public_grant_is_clearance_for_a_page_without_redactions(shared: SharedWorld) -> None:
    shared.change("UPDATE redactions SET page = 4 WHERE page = 1")
    shared.change(
        "UPDATE grants SET lifted = '{}', person_ids = ARRAY[:p] WHERE working",
        p=shared.second_author.id,
    )
    owned_by(shared, shared.second_author)
    finding = post_json(
        shared.reviewer_a, "/findings", review_id=shared.made.review_a, page=1, word_from=0,
        word_to=1, finding_class="A", materiality="cosmetic", statement="Typo.",
    ).json()["id"]  # fmt: skip
    route_finding(shared.worker, finding_id=finding)
    assert shared.rows("SELECT author_id FROM findings") == [(shared.second_author.id,)]


def test_texts_are_masked_for_those_who_could_not_have_read_what_they_quote(
    shared: SharedWorld,
) -> None:
    finding = routed(shared, statement="The gatehouse is named here.")
    view = shared.author.client.get(f"/api/v1/findings/{finding}").json()
    assert view["statement"] == "The gatehouse is named here."
    grant_internally(shared, shared.made, shared.second_author, "COM")
    post_json(shared.coordinator, f"/findings/{finding}/reroute", person_id=shared.second_author.id)
    masked = shared.second_author.client.get(f"/api/v1/findings/{finding}").json()
    assert (masked["statement"], masked["correction"]) == (None, None)
    page = shared.second_author.client.get(f"/findings/{finding}").text
    assert "gatehouse" not in page
    assert "You are not cleared for this text." in page
    assert entries(shared, action="finding:reroute")[-1].facts["to"] == shared.second_author.id
