"""Nothing opens before the terms are accepted, and nothing after the grant is revoked."""

import hashlib

from tests.features.reviews.situations import TERMS
from tests.world import Someone
from tests.worlds.doors import post_json
from tests.worlds.entries import entries
from tests.worlds.shared import SharedWorld


def _reads(world: SharedWorld, someone: Someone) -> set[int]:
    """Try every way in to the version's content; gives the answers' codes."""
    ways = ("", "/pages/1", "/pages/1/image", "/search?q=monitor")
    pages = [f"/versions/{world.made.version_id}{way}" for way in ways]
    return {someone.client.get(path).status_code for path in (*pages, *_api(pages))}


def _api(pages: list[str]) -> list[str]:
    return [f"/api/v1{path}" for path in pages]


def test_the_terms_are_accepted_before_anything_opens(shared: SharedWorld) -> None:
    assert _reads(shared, shared.reviewer_a) == {200}
    shared.change("DELETE FROM undertakings WHERE person_id = :p", p=shared.reviewer_a.id)
    assert _reads(shared, shared.reviewer_a) == {404}
    denied = entries(shared, action="report:page:read", outcome="denied")[-1]
    assert denied.core["facts"]["policies"] == ["base.terms-not-accepted"]
    waits = shared.reviewer_a.client.get(f"/reviews/{shared.made.review_a}").text
    assert "The terms wait for you" in waits
    assert "Read your edition" not in waits
    path = f"/reviews/{shared.made.review_a}/terms"
    terms = shared.reviewer_a.client.get(f"/api/v1{path}").json()
    stale = post_json(shared.reviewer_a, path, digest="0" * 64)
    assert (stale.status_code, stale.json()["detail"]) == (
        409,
        "The terms have changed since you opened them.",
    )
    assert _reads(shared, shared.reviewer_a) == {404}
    accepted = post_json(shared.reviewer_a, path, digest=terms["digest"])
    assert accepted.json()["accepted_at"] is not None
    assert _reads(shared, shared.reviewer_a) == {200}
    assert entries(shared, action="undertaking:accept")[-1].facts["digest"] == terms["digest"]


def test_one_persons_acceptance_opens_nothing_for_a_colleague(shared: SharedWorld) -> None:
    shared.change("DELETE FROM undertakings WHERE person_id = :p", p=shared.lead_a.id)
    assert _reads(shared, shared.reviewer_a) == {200}
    assert _reads(shared, shared.lead_a) == {404}


def test_changed_terms_are_accepted_anew_by_everybody(shared: SharedWorld) -> None:
    path = f"/reviews/{shared.made.review_a}/terms"
    changed = post_json(shared.coordinator, f"{path}/change", **TERMS)
    text = f"{TERMS['terms_title']}\n\n{TERMS['terms_body']}"
    assert changed.json()["digest"] == hashlib.sha256(text.encode()).hexdigest()
    assert _reads(shared, shared.reviewer_a) == _reads(shared, shared.lead_a) == {404}
    assert _reads(shared, shared.reviewer_b) == {200}
    post_json(shared.reviewer_a, path, digest=changed.json()["digest"])
    assert _reads(shared, shared.reviewer_a) == {200}
    assert _reads(shared, shared.lead_a) == {404}
    page = shared.coordinator.client.get(f"/reviews/{shared.made.review_a}").text
    assert page.count("an earlier text") == 2
    for someone in (shared.author, shared.lead_a):
        assert post_json(someone, f"{path}/change", **TERMS).status_code in (403, 404)


def test_accepting_twice_is_accepting_once(shared: SharedWorld) -> None:
    path = f"/reviews/{shared.made.review_a}/terms"
    digest = shared.reviewer_a.client.get(f"/api/v1{path}").json()["digest"]
    before = shared.rows("SELECT count(*) FROM undertakings")
    assert post_json(shared.reviewer_a, path, digest=digest).status_code == 200
    assert shared.rows("SELECT count(*) FROM undertakings") == before
    assert entries(shared, action="undertaking:accept")[-1].facts["again"] is True


def test_revoking_closes_content_at_once_and_leaves_what_is_ones_own(shared: SharedWorld) -> None:
    someone, made = shared.reviewer_a, shared.made
    finding = post_json(
        someone, "/findings", review_id=made.review_a, page=1, word_from=0, word_to=3,
        finding_class="A", materiality="cosmetic", statement="A letter is missing.",
    ).json()["id"]  # fmt: skip
    assert someone.client.get(f"/api/v1/findings/{finding}").json()["quote"]
    revoked = post_json(shared.coordinator, f"/grants/{made.grant_a}/revoke", reason="It is over.")
    assert revoked.status_code == 200
    assert _reads(shared, someone) == {404}
    assert _reads(shared, shared.reviewer_b) == {200}
    form = f"/findings/new?version={made.version_id}&page=1&word_from=0&word_to=3"
    assert someone.client.get(form).status_code == 403
    own = someone.client.get(f"/api/v1/findings/{finding}").json()
    assert (own["statement"], own["quote"]) == ("A letter is missing.", None)
    assert someone.client.get(f"/findings/{finding}").status_code == 200
    receipts = someone.client.get(f"/api/v1/reviews/{made.review_a}").json()["receipts"]
    assert [someone.client.get(f"/receipts/{r['id']}").status_code for r in receipts] == [200]
    assert "Access to the report has ended" in someone.client.get(f"/reviews/{made.review_a}").text
    again = post_json(someone, "/findings", review_id=made.review_a, page=1,
                      finding_class="A", materiality="cosmetic", statement="x")  # fmt: skip
    assert again.status_code == 403
    entry = entries(shared, action="grant:revoke")[-1]
    assert (entry.outcome, entry.object, entry.event) == ("done", made.grant_a, "GrantRevoked")
    twice = post_json(shared.coordinator, f"/grants/{made.grant_a}/revoke", reason="Again.")
    assert twice.status_code == 409


def test_reasons_for_revoking_are_kept_and_needed(shared: SharedWorld) -> None:
    path = f"/grants/{shared.made.grant_a}/revoke"
    assert post_json(shared.coordinator, path, reason="  ").status_code == 422
    for someone in (shared.author, shared.lead_a):
        assert post_json(someone, path, reason="I say so").status_code == 403
    assert _reads(shared, shared.reviewer_a) == {200}
    assert post_json(shared.approver, path, reason="Asked for").status_code == 200
    assert shared.rows("SELECT revoke_reason FROM grants WHERE state = 'revoked'") == [
        ("Asked for",)
    ]
