"""The demo's statements: one released and signed, one that only its writers know of."""

from app.demo.cast import Cast
from app.demo.statement_scenes import write_statements
from tests.worlds.shared import SharedWorld


def test_one_statement_is_released_and_one_is_a_draft(shared: SharedWorld) -> None:
    cast = Cast(
        actors={"first": shared.lead_a.actor, "second": shared.lead_b.actor},
        organisations={
            "STRESS": shared.organisations["ORGA"], "NOR": shared.organisations["ORGB"],
        },
    )  # fmt: skip
    for _ in range(2):  # a load that was cut short goes on where it stopped
        write_statements(shared.web, cast, shared.made.version_id)
    (seen,) = shared.coordinator.client.get("/api/v1/statements").json()["rows"]
    assert (seen["state"], seen["organisation_name"]) == ("released", "ORGA organisation")
    view = shared.author.client.get(f"/api/v1/statements/{seen['id']}").json()
    assert view["signature"]["holds"] is True
    path = f"/api/v1/reviews/{shared.made.review_b}/statement"
    assert shared.lead_b.client.get(path).json()["state"] == "draft"
