"""A form and its JSON twin do the same."""

import pytest

from tests.features.ingestion.test_what_a_file_holds import doubtful_report
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.reports import imported_version


@pytest.mark.paired("/versions/{version_id}/file/words")
def test_confirming_words(pair: Doors) -> None:
    made = pair.ids(lambda w: imported_version(w, content=doubtful_report()).version_id)
    events = pair.assert_alike(
        lambda w: post_form(w.author, f"/versions/{made(w)}/file/words", page="1", words="0"),
        lambda w: post_json(
            w.author, f"/versions/{made(w)}/file/words", page=1, words=[0], confirmed=True
        ),
    )
    assert "WordsConfirmed" in events
