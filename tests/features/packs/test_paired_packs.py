"""Each intention about question packs, as a form and as JSON: the same rows and entries."""

import pytest

from tests.features.packs.situations import kept
from tests.worlds.doors import Doors, post_form, post_json

SHEET = "topic,question\nSeeing,Who sees it?\n"
ONE = [{"question": "Only this?", "type": "data", "form": "table"}]


@pytest.mark.paired("/packs")
def test_keeping_a_pack(pair: Doors) -> None:
    for given in ({"title": "Pasted", "sheet": SHEET}, {"starter": "if_this_happened"}):
        events = pair.assert_alike(
            lambda w, given=given: post_form(w.reviewer_a, "/packs", **given),  # type: ignore[misc]  # bound now
            lambda w, given=given: post_json(w.reviewer_a, "/packs", **given),  # type: ignore[misc]  # bound now
        )
        assert "PackKept" in events


@pytest.mark.paired("/packs/{pack_id}")
def test_changing_a_pack(pair: Doors) -> None:
    pack = pair.ids(kept)
    typed = {
        "title": "Anew", "about": "", "topic": "", "question": "Only this?", "type": "data",
        "form": "table", "purpose": "", "instead": "", "priority": "normal",
    }  # fmt: skip
    events = pair.assert_alike(
        lambda w: post_form(w.lead_a, f"/packs/{pack(w)}", **typed),
        lambda w: post_json(w.lead_a, f"/packs/{pack(w)}", title="Anew", questions=ONE),
    )
    assert "PackChanged" in events


@pytest.mark.paired("/packs/{pack_id}/offer", "/packs/{pack_id}/retire")
def test_offering_a_pack_and_putting_it_away(pair: Doors) -> None:
    pack = pair.ids(lambda w: kept(w, w.coordinator))
    pair.assert_alike(
        lambda w: post_form(w.coordinator, f"/packs/{pack(w)}/offer", nothing_withheld="yes"),
        lambda w: post_json(w.coordinator, f"/packs/{pack(w)}/offer", nothing_withheld=True),
    )
    pair.assert_alike(
        lambda w: post_form(w.coordinator, f"/packs/{pack(w)}/retire"),
        lambda w: post_json(w.coordinator, f"/packs/{pack(w)}/retire"),
    )


@pytest.mark.paired("/packs/{pack_id}/apply")
def test_applying_a_pack(pair: Doors) -> None:
    pack = pair.ids(kept)
    events = pair.assert_alike(
        lambda w: post_form(
            w.reviewer_a, f"/packs/{pack(w)}/apply", review_id=w.made.review_a, chosen=["0", "1"]
        ),
        lambda w: post_json(
            w.reviewer_a, f"/packs/{pack(w)}/apply", review_id=w.made.review_a, chosen=[0, 1]
        ),
    )
    assert set(events) == {"PackApplied", "RequestDrafted"}
