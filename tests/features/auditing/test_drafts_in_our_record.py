"""What an organisation's own record tells of a colleague's private draft, and says that it does."""

from tests.features.findings.filing_situations import SAID, drafted
from tests.worlds.shared import SharedWorld


def test_our_record_says_that_it_shows_acts_on_private_drafts(shared: SharedWorld) -> None:
    draft = drafted(shared)
    assert shared.lead_a.client.get(f"/api/v1/findings/drafts/{draft}").status_code == 404
    page = shared.lead_a.client.get("/record").text
    assert "private note or draft shows as an act of theirs" in page
    rows = shared.lead_a.client.get("/api/v1/record").json()["entries"]
    assert draft in str(rows)
    assert SAID not in str(rows)
    for other in (shared.lead_b, shared.coordinator):
        assert draft not in other.client.get("/api/v1/record").text
