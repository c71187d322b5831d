"""No draft of a statement reaches anybody but its organisation: not its words, nor that it is."""

from tests.features.statements.situations import begun, keyed, released, wrote
from tests.worlds.doors import post_json
from tests.worlds.reports import settle
from tests.worlds.shared import SharedWorld

CANARY = "PUFFINSTATEMENT"
OTHERS = ("coordinator", "approver", "auditor", "author", "administrator", "lead_b", "reviewer_b")


def _everything(world: SharedWorld, statement: str) -> dict[str, str]:
    """Give what others are answered where a draft could show itself, by who and where."""
    review = f"/reviews/{world.made.review_a}"
    places = (
        "/", "/notices", "/statements", "/api/v1/statements", "/log", "/api/v1/log", "/record",
        "/api/v1/record", review, f"/api/v1{review}", f"{review}/statement",
        f"{review}/statement/appendix", f"{review}/statement/sections/rigour",
        f"/statements/{statement}", f"/statements/{statement}/draft/md",
        f"/statements/{statement}/release", f"/statements/{statement}/to-sign.txt",
        f"/statements/{statement}/draft-file", f"/statements/{statement}/file",
        f"/statements/{statement}/files/md", f"/statements/{statement}/evidence",
        f"/statements/{statement}/appendix", "/our-work", "/api/v1/notices",
    )  # fmt: skip
    # Who asks for an id leaves it in the log themselves: first where it is not asked for.
    ordered = sorted(places, key=lambda place: statement in place)
    return {
        f"{who} {place}": world.people[who].client.get(place).text
        for place in ordered
        for who in OTHERS
    }


def test_a_draft_is_sensed_by_nobody_else_and_a_released_one_is(shared: SharedWorld) -> None:
    statement = begun(shared)
    wrote(shared, statement, CANARY)
    path = f"/api/v1/statements/{statement}/file"
    kept = shared.lead_a.client.post(path, files={"file": ("ours.md", f"# {CANARY}\n".encode())})
    digest = kept.json()["digest"]
    keyed(shared, shared.lead_a)
    sealed = post_json(shared.lead_a, f"/statements/{statement}/seal").json()["digest"]
    shared.lead_a.client.get(f"/reviews/{shared.made.review_a}/statement")
    settle(shared)
    for where, text in _everything(shared, statement).items():
        asked = where.partition(statement)[1]
        for secret in (CANARY, digest, sealed, *(() if asked else (statement,))):
            assert secret not in text, where
    own = shared.reviewer_a.client.get(f"/statements/{statement}/draft/md").text
    assert CANARY in own  # the control
    released(shared, statement)
    assert CANARY in shared.coordinator.client.get(f"/statements/{statement}/files/md").text
    for who in ("lead_b", "reviewer_b"):
        for place in ("/statements", f"/statements/{statement}", "/record", "/notices"):
            text = shared.people[who].client.get(place).text
            assert CANARY not in text
            assert "ORGA" not in text
