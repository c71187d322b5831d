"""The forms of reviews: what they show when they cannot be taken."""

from tests.features.reviews.situations import DAYS, TERMS
from tests.worlds.doors import post_form
from tests.worlds.shared import SharedWorld


def test_a_form_that_cannot_be_taken_shows_again_what_was_typed(shared: SharedWorld) -> None:
    path = f"/reviews/{shared.made.review_a}/grants"
    typed = {"preset": "limited", "purpose": "", "starts_on": "soon", "ends_on": DAYS["ends_on"]}
    refused = post_form(shared.coordinator, path, **typed)
    assert refused.status_code == 422
    assert "Give the first day." in refused.text
    assert f'value="{DAYS["ends_on"]}"' in refused.text
    backwards = {"starts_on": DAYS["ends_on"], "ends_on": DAYS["starts_on"]}
    refused = post_form(shared.coordinator, path, preset="limited", purpose="Look", **backwards)
    assert refused.status_code == 422
    assert "The end lies after the beginning." in refused.text
    assert 'href="#ends_on"' in refused.text
    assert 'value="Look"' in refused.text
    opened = post_form(
        shared.coordinator, "/reviews", version_id=shared.made.version_id, **TERMS, **DAYS
    )
    assert opened.status_code == 422
    assert "Keep it to yourself, please." in opened.text
    assert "Choose one of these." in opened.text
