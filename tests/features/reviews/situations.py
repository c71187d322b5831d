"""What the tests of reviews have in common: values of forms and bodies, ids of things made."""

from datetime import UTC, datetime, timedelta

from tests.worlds.doors import post_json
from tests.worlds.shared import SharedWorld

TODAY = datetime.now(UTC).date()
ENDS = TODAY + timedelta(days=20)
DAYS = {"starts_on": TODAY.isoformat(), "ends_on": ENDS.isoformat()}
MOMENTS = {"starts_at": f"{TODAY}T00:00:00Z", "ends_at": f"{ENDS}T23:59:59Z"}
TERMS = {"terms_title": "Terms of review", "terms_body": "Keep it to yourself, please."}
MISSING = "rev_00000000000000000000"


def waiting_grant(world: SharedWorld) -> str:
    """Propose a grant that needs a second person; gives its id."""
    made = post_json(
        world.coordinator,
        f"/reviews/{world.made.review_a}/grants",
        preset="unredacted",
        purpose="Everything",
        **MOMENTS,
    )
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def receipt_of(world: SharedWorld, grant_id: str) -> str:
    """Give the id of the receipt of a grant."""
    rows = world.rows("SELECT id FROM receipts WHERE grant_id = :g", g=grant_id)
    return str(rows[0][0])
