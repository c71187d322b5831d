"""Approving a PDF, as a form and as JSON: the same."""

import pytest

from tests.features.reports.test_other_sources import imported
from tests.worlds.doors import Doors, post_form, post_json


@pytest.mark.paired("/versions/{version_id}/pdf/approve")
def test_approving_a_pdf(pair: Doors) -> None:
    made = pair.ids(lambda w: imported(w))
    events = pair.assert_alike(
        lambda w: post_form(w.author, f"/versions/{made(w)}/pdf/approve"),
        lambda w: post_json(w.author, f"/versions/{made(w)}/pdf/approve"),
    )
    assert "PdfApproved" in events
