"""The forms of findings: where they are reached from, and what they show when refused."""

from tests.features.findings.situations import ANSWER, WRONG, passage, routed
from tests.worlds.doors import post_form
from tests.worlds.shared import SharedWorld


def test_the_reader_leads_to_the_form_with_the_words_chosen(shared: SharedWorld) -> None:
    place = passage(shared)
    version, first, last = shared.made.version_id, place["word_from"], place["word_to"]
    for words in (f"word_from={first}&word_to={last}", f"words={first}-{last}"):
        page = shared.reviewer_a.client.get(f"/findings/new?version={version}&page=1&{words}").text
        assert "<p>reads every transcript</p>" in page
        assert f'name="word_from" value="{first}"' in page
        assert f'name="word_to" value="{last}"' in page
    whole = shared.reviewer_a.client.get(f"/findings/new?version={version}&page=1").text
    assert "About the whole page" in whole
    for wrong in ("page=99", "page=1&word_from=9000&word_to=9001"):
        answer = shared.reviewer_a.client.get(f"/findings/new?version={version}&{wrong}")
        assert answer.status_code in (404, 422)


def test_a_form_that_cannot_be_taken_shows_again_what_was_typed(shared: SharedWorld) -> None:
    typed = {**passage(shared), **WRONG, "finding_class": "B", "statement": "It <b>errs</b>."}
    refused = post_form(shared.reviewer_a, "/findings", **typed)
    assert refused.status_code == 422
    assert "classes B and D need evidence" in refused.text
    assert "It &lt;b&gt;errs&lt;/b&gt;." in refused.text
    assert "reads every transcript" in refused.text
    finding = routed(shared)
    refused = post_form(shared.author, f"/findings/{finding}/respond", **ANSWER)
    assert refused.status_code == 422
    assert ANSWER["explanation"] in refused.text
    assert shared.rows("SELECT count(*) FROM responses") == [(0,)]
