"""Keeping a request to some people, as a form and as JSON: the same rows and entries."""

import pytest

from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.requests import draft


@pytest.mark.paired("/requests/{request_id}/people")
def test_both_doors_keep_alike(pair: Doors) -> None:
    path = pair.ids(lambda w: f"/requests/{draft(w, w.made).request_id}/people")
    pair.assert_alike(
        lambda w: post_form(w.reviewer_a, path(w), seen_by="named", people=[w.lead_a.id]),
        lambda w: post_json(w.reviewer_a, path(w), people=[w.lead_a.id]),
    )
    events = pair.assert_alike(
        lambda w: post_form(w.lead_a, path(w), seen_by="all"),
        lambda w: post_json(w.lead_a, path(w)),
    )
    assert events == ["RequestRead"], "in the log it looks like reading"
