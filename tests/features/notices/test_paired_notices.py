"""Each intention about notices, as a form and as JSON: the same rows and entries."""

import pytest

from tests.features.notices.situations import asked_in, notices
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.shared import SharedWorld


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


@pytest.mark.paired("/notices/preferences")
def test_choosing_what_comes_by_mail(pair: Doors) -> None:
    events = pair.assert_alike(
        lambda w: post_form(w.reviewer_a, "/notices/preferences", mode="inbox"),
        lambda w: post_json(w.reviewer_a, "/notices/preferences", mode="inbox"),
    )
    assert events == ["PreferencesSet"]


@pytest.mark.paired("/organisations/{organisation_id}/mails")
def test_wanting_a_link_alone(pair: Doors) -> None:
    def path(world: SharedWorld) -> str:
        return f"/organisations/{world.organisations['ORGA']}/mails"

    events = pair.assert_alike(
        lambda w: post_form(w.lead_a, path(w), link_only="yes"),
        lambda w: post_json(w.lead_a, path(w), link_only=True),
    )
    assert events == ["MailWordingChanged"]


@pytest.mark.paired("/mails/retry")
def test_having_a_mail_tried_again(pair: Doors) -> None:
    pair.both(
        lambda w: w.change(
            "INSERT INTO mails VALUES ('mai_gone', :p, '<m>', 'immediate', NULL, 'dead', 6, now(),"
            " 'recipient_refused', now(), NULL)",
            p=w.responder.id,
        )
    )
    events = pair.assert_alike(
        lambda w: post_form(w.administrator, "/mails/retry", mail_id="mai_gone"),
        lambda w: post_json(w.administrator, "/mails/retry", mail_id="mai_gone"),
    )
    assert events == ["MailRetried"]
