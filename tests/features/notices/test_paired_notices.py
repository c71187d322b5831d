"""Each intention about notices, as a form and as JSON: the same rows and entries."""

import pytest

from tests.features.notices.situations import asked_in, notices
from tests.worlds.doors import Doors, post_form, post_json


@pytest.mark.paired("/notices/read")
def test_marking_one_notice_then_all(pair: Doors) -> None:
    pair.both(lambda w: asked_in(w, "released") and None)
    first = pair.ids(lambda w: str(notices(w.lead_a)["rows"][0]["id"]))
    assert pair.assert_alike(
        lambda w: post_form(w.lead_a, "/notices/read", notice_id=first(w)),
        lambda w: post_json(w.lead_a, "/notices/read", notice_id=first(w)),
    ) == ["NoticesRead"]
    assert pair.assert_alike(
        lambda w: post_form(w.lead_a, "/notices/read"),
        lambda w: post_json(w.lead_a, "/notices/read"),
    ) == ["NoticesRead"]
