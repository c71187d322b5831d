"""Beginning an export of the log or of a record, as a form and as JSON: the same."""

import pytest

from tests.features.auditing.situations import sign
from tests.worlds.doors import Doors, post_form, post_json


@pytest.mark.parametrize(
    ("what", "who"),
    [
        pytest.param("log", "auditor", marks=pytest.mark.paired("/log/exports")),
        pytest.param("record", "lead_a", marks=pytest.mark.paired("/record/exports")),
    ],
)
def test_beginning_an_export(pair: Doors, what: str, who: str) -> None:
    events = pair.assert_alike(
        lambda w: post_form(w.people[who], f"/{what}/exports"),
        lambda w: post_json(w.people[who], f"/{what}/exports"),
    )
    assert events == [f"{what.capitalize()}ExportStarted"]
    sign(pair.html)
    answer = pair.html.people[who].client.get(f"/{what}/export.zip")
    assert answer.status_code == 200
