"""AC-26, AC-30 to AC-33, AC-36 to AC-39: the sign-in flow turned against people.

Beside each refusal stands the same walk without the attack, which succeeds.
"""

from datetime import timedelta

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from app.web.refusals import PER_MINUTE
from app.web.session import COOKIE
from tests.worlds.signing_in import (
    ScriptedProvider,
    SigningIn,
    add_provider,
    bind_identity,
    listening,
    session_cookie,
)


def _refused(signing_in: SigningIn, browser: TestClient, response: object, reason: str) -> None:
    assert response.status_code == 403, response.text  # type: ignore[attr-defined]  # httpx
    assert session_cookie(browser) is None
    entry = signing_in.entries()[-1]
    assert entry.outcome == "denied"
    assert entry.facts["reason"] == reason
    assert reason not in response.text  # type: ignore[attr-defined]  # httpx


def test_a_state_is_good_once(signing_in: SigningIn) -> None:
    browser = signing_in.browser()
    asked = signing_in.start(browser)
    assert signing_in.answer(browser, asked).status_code == 303
    browser.cookies.delete(COOKIE)
    _refused(signing_in, browser, signing_in.answer(browser, asked), "state-unknown")


def test_a_refused_answer_spends_its_state_too(signing_in: SigningIn) -> None:
    browser = signing_in.browser()
    asked = signing_in.start(browser)
    signing_in.provider.claims["nonce"] = "wrong"
    _refused(signing_in, browser, signing_in.answer(browser, asked), "token-refused")
    signing_in.provider.claims.clear()
    _refused(signing_in, browser, signing_in.answer(browser, asked), "state-unknown")


def test_a_state_nobody_was_given_is_refused(signing_in: SigningIn) -> None:
    browser = signing_in.browser()
    response = signing_in.answer(browser, {"state": "invented"})
    _refused(signing_in, browser, response, "state-unknown")


def test_a_state_grows_old(signing_in: SigningIn) -> None:
    browser = signing_in.browser()
    asked = signing_in.start(browser)
    with signing_in.world.owner.begin() as connection:
        connection.execute(
            text("UPDATE sign_ins SET created_at = created_at - :age"),
            {"age": timedelta(minutes=11)},
        )
    _refused(signing_in, browser, signing_in.answer(browser, asked), "state-expired")


def test_another_browser_cannot_be_signed_in_with_somebodys_answer(signing_in: SigningIn) -> None:
    attacker, victim = signing_in.browser(), signing_in.browser()
    asked = signing_in.start(attacker)
    signing_in.start(victim)  # the victim has a sign-in cookie of their own
    _refused(signing_in, victim, signing_in.answer(victim, asked), "other-browser")
    signing_in.provider.nonce = ""
    assert signing_in.sign_in(attacker).status_code == 303


def test_an_answer_of_another_issuer_is_refused(signing_in: SigningIn) -> None:
    browser = signing_in.browser()
    asked = signing_in.start(browser)
    response = signing_in.answer(browser, asked, iss="https://evil.test")
    _refused(signing_in, browser, response, "issuer-differs")
    assert signing_in.provider.asked == []  # the code never left for the token endpoint


def test_a_provider_that_promises_its_name_must_give_it(signing_in: SigningIn) -> None:
    browser = signing_in.browser()
    asked = signing_in.start(browser)
    silent = {"state": asked["state"], "code": "a code"}
    assert browser.get("/sign-in/callback", params=silent).status_code == 303
    promising = ScriptedProvider(metadata={"authorization_response_iss_parameter_supported": True})
    with listening(promising.application):
        add_provider(signing_in.world, "ORGB", issuer=promising.issuer, entry="ogb-promising")
        fresh = SigningIn(signing_in.world, promising, "ogb-promising")
        browser = signing_in.browser()
        asked = fresh.start(browser)
        silent = {"state": asked["state"], "code": "a code"}
        _refused(
            signing_in, browser, browser.get("/sign-in/callback", params=silent), "issuer-differs"
        )


def test_one_provider_cannot_speak_for_the_people_of_another(signing_in: SigningIn) -> None:
    """The mix-up: ORGB's provider names the subject of ORGA's reviewer."""
    evil = ScriptedProvider()
    with listening(evil.application):
        add_provider(signing_in.world, "ORGB", issuer=evil.issuer, entry="ogb-evil")
        attack = SigningIn(signing_in.world, evil, "ogb-evil")
        browser = signing_in.browser()
        _refused(signing_in, browser, attack.sign_in(browser), "not-known")
        evil.claims["iss"] = signing_in.provider.issuer
        _refused(signing_in, browser, attack.sign_in(browser), "token-refused")
        evil.metadata["issuer"] = signing_in.provider.issuer
        lying = ScriptedProvider(metadata={"issuer": signing_in.provider.issuer})
        with listening(lying.application):
            add_provider(signing_in.world, "TEAM", issuer=lying.issuer, entry="tea-lying")
            assert signing_in.browser().get("/sign-in/tea-lying").status_code == 503


def test_somebody_of_the_same_provider_without_a_membership_is_not_known(
    signing_in: SigningIn,
) -> None:
    signing_in.provider.claims["sub"] = "a stranger"
    browser = signing_in.browser()
    response = signing_in.sign_in(browser)
    _refused(signing_in, browser, response, "not-known")
    assert "This sign-in is not known here." in response.text
    assert "Ask the person who invited you." in response.text


def test_an_ended_membership_signs_nobody_in_and_looks_like_a_stranger(
    signing_in: SigningIn,
) -> None:
    with signing_in.world.owner.begin() as connection:
        connection.execute(
            text("UPDATE memberships SET state = 'ended' WHERE id = :id"),
            {"id": signing_in.world.reviewer_a.membership_id},
        )
    browser = signing_in.browser()
    ended = signing_in.sign_in(browser)
    _refused(signing_in, browser, ended, "no-membership")
    signing_in.provider.claims["sub"] = "a stranger"
    stranger = signing_in.sign_in(browser)
    assert ended.content == stranger.content


def test_an_e_mail_alone_never_signs_in(signing_in: SigningIn) -> None:
    """AC-32: the same address under another subject is another person."""
    signing_in.provider.claims.update(
        sub="re-registered", email="reviewer_a@example.test", email_verified=True
    )
    browser = signing_in.browser()
    _refused(signing_in, browser, signing_in.sign_in(browser), "not-known")


INVITED = {"sub": "newcomer", "email": "New.Comer@example.test", "email_verified": True}


def test_an_invitation_lets_one_person_in_once(signing_in: SigningIn) -> None:
    token = signing_in.invite("new.comer@EXAMPLE.test")
    browser = signing_in.browser()
    page = browser.get(f"/invitations/{token}")
    assert page.status_code == 200
    assert f"/sign-in/{signing_in.entry}?invitation={token}" in page.text
    signing_in.provider.claims.update(INVITED)
    assert signing_in.sign_in(browser, invitation=token).status_code == 303
    assert browser.get("/api/v1/session").json()["roles"] == ["reviewer"]
    events = [entry.event for entry in signing_in.entries()]
    assert events[-2:] == ["InvitationAccepted", "SignedIn"]
    assert signing_in.sign_in(signing_in.browser()).status_code == 303  # known from now on
    signing_in.provider.claims.update(sub="second", email="new.comer@example.test")
    second = signing_in.browser()
    _refused(signing_in, second, signing_in.sign_in(second, invitation=token), "invitation-spent")


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"email_verified": False}, "email-unverified"),
        ({"email_verified": None}, "email-unverified"),
        ({"email_verified": "true"}, "email-unverified"),
        ({"email": None}, "email-unverified"),
        ({"email": "somebody.else@example.test"}, "email-differs"),
        ({"email": "new.comer@example.test.evil.test"}, "email-differs"),
    ],
)
def test_an_invitation_is_for_its_verified_e_mail_only(
    signing_in: SigningIn, claims: dict[str, object], reason: str
) -> None:
    token = signing_in.invite("new.comer@example.test")
    signing_in.provider.claims.update({**INVITED, **claims})
    browser = signing_in.browser()
    _refused(signing_in, browser, signing_in.sign_in(browser, invitation=token), reason)
    assert signing_in.rows("SELECT 1 FROM invitations WHERE accepted_at IS NOT NULL") == []
    signing_in.provider.claims.update(INVITED)
    assert signing_in.sign_in(browser, invitation=token).status_code == 303


def test_an_invitation_of_another_organisation_does_not_open_this_one(
    signing_in: SigningIn,
) -> None:
    token = signing_in.invite("new.comer@example.test", code="ORGB")
    signing_in.provider.claims.update(INVITED)
    browser = signing_in.browser()
    _refused(
        signing_in, browser, signing_in.sign_in(browser, invitation=token), "invitation-unknown"
    )


def test_unknown_spent_and_expired_invitations_look_the_same(signing_in: SigningIn) -> None:
    spent = signing_in.invite("new.comer@example.test")
    signing_in.provider.claims.update(INVITED)
    signing_in.sign_in(signing_in.browser(), invitation=spent)
    expired = signing_in.invite("late@example.test", days=-1)
    seen = set()
    for token in (spent, expired, "invented"):
        answer = signing_in.browser().get(f"/invitations/{token}")
        seen.add((answer.status_code, answer.text.replace(token, "…")))
    assert len(seen) == 1
    assert seen.pop()[0] == 404


@pytest.mark.parametrize(
    "wish",
    [
        "https://evil.test/",
        "//evil.test/",
        "/\\evil.test",
        "\\\\evil.test",
        "https:evil.test",
        "javascript:alert(1)",
        "/\t/evil.test",
        " //evil.test",
        "https://vitrine.test@evil.test/",
        "",
    ],
)
def test_signing_in_never_leads_to_another_site(signing_in: SigningIn, wish: str) -> None:
    response = signing_in.sign_in(signing_in.browser(), next=wish)
    assert response.status_code == 303
    assert response.headers["location"] == "/"


def test_a_session_from_before_signing_in_is_never_used_after_it(signing_in: SigningIn) -> None:
    """AC-33: whatever token was planted, the browser leaves with another one."""
    browser = signing_in.browser()
    browser.cookies.set(COOKIE, "planted-by-an-attacker", domain="vitrine.test", path="/")
    signing_in.sign_in(browser)
    token = session_cookie(browser)
    assert token not in (None, "planted-by-an-attacker")


def test_signing_in_again_ends_the_session_before(signing_in: SigningIn) -> None:
    browser, thief = signing_in.browser(), signing_in.browser()
    signing_in.sign_in(browser)
    thief.cookies.set(COOKIE, str(session_cookie(browser)), domain="vitrine.test", path="/")
    assert thief.get("/api/v1/session").status_code == 200
    signing_in.sign_in(browser)
    assert thief.get("/api/v1/session").status_code == 401
    assert browser.get("/api/v1/session").status_code == 200


def test_cookies_are_out_of_reach_of_scripts_and_other_hosts(signing_in: SigningIn) -> None:
    response = signing_in.sign_in(signing_in.browser())
    cookie = response.headers["set-cookie"].lower()
    assert cookie.startswith("__host-vitrine=")
    for attribute in ("secure", "httponly", "samesite=lax", "path=/"):
        assert attribute in cookie
    assert "domain" not in cookie


def test_sign_in_names_known_closed_and_unknown_get_the_same_answer(
    signing_in: SigningIn,
) -> None:
    """AC-36: the form never looks; the address answers for closed as for invented names."""
    browser = signing_in.browser()
    first = browser.post("/sign-in", data={"entry": signing_in.entry})
    second = browser.post("/sign-in", data={"entry": "abc-invented"})
    same = first.text.replace(signing_in.entry, "…") == second.text.replace("abc-invented", "…")
    assert (first.status_code, same) == (second.status_code, True)
    with signing_in.world.owner.begin() as connection:
        connection.execute(
            text("UPDATE organisations SET state = 'suspended' WHERE id = :id"),
            {"id": signing_in.world.organisations["ORGA"]},
        )
    closed = signing_in.browser().get(f"/sign-in/{signing_in.entry}")
    invented = signing_in.browser().get("/sign-in/abc-invented")
    assert closed.status_code == invented.status_code == 404
    assert closed.text.replace(signing_in.entry, "…") == invented.text.replace("abc-invented", "…")


def test_a_suspended_organisation_closes_a_sign_in_under_way(signing_in: SigningIn) -> None:
    browser = signing_in.browser()
    asked = signing_in.start(browser)
    with signing_in.world.owner.begin() as connection:
        connection.execute(text("UPDATE organisations SET state = 'suspended' WHERE code = 'ORGA'"))
    _refused(signing_in, browser, signing_in.answer(browser, asked), "provider-closed")


def test_a_form_on_another_site_cannot_start_or_end_a_session(signing_in: SigningIn) -> None:
    browser = signing_in.browser()
    foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.test"}
    entry = {"entry": signing_in.entry}
    assert browser.post("/sign-in", data=entry, headers=foreign).status_code == 403
    assert browser.post("/sign-in", data=entry).status_code == 200
    signing_in.sign_in(browser)
    assert browser.post("/sign-out", headers=foreign).status_code == 403
    assert browser.post("/sign-out").status_code == 403  # no token of a page of this session
    assert browser.get("/api/v1/session").status_code == 200


def test_guessing_sign_in_names_is_slowed_down(signing_in: SigningIn) -> None:
    browser = signing_in.browser()
    answers = [browser.get(f"/sign-in/abc-{n}").status_code for n in range(31)]
    assert answers == [404] * 30 + [429]
    signing_in.let_a_minute_pass()
    assert browser.get("/sign-in/abc-31").status_code == 404


def test_a_flood_of_refusals_is_counted_and_does_not_fill_the_log(signing_in: SigningIn) -> None:
    state = signing_in.world.application.state  # type: ignore[attr-defined]  # FastAPI's
    browser = signing_in.browser()
    for _ in range(PER_MINUTE + 12):
        state.limits = None
        assert signing_in.answer(browser, {"state": "invented"}).status_code == 403
    assert len(signing_in.entries()) == PER_MINUTE
    state.refusals._since -= 61
    signing_in.answer(browser, {"state": "invented"})
    assert signing_in.entries()[-1].facts["unrecorded_before"] == 12


@pytest.mark.parametrize("host", ["evil.test", "vitrine.test.evil.test", "vitrine.test:8443"])
def test_another_host_name_is_not_answered(signing_in: SigningIn, host: str) -> None:
    """AC-39: what the Host header says never reaches a link, a redirect or a provider."""
    browser = signing_in.browser()
    assert browser.get("/sign-in").status_code == 200
    response = browser.get(f"/sign-in/{signing_in.entry}", headers={"Host": host})
    assert response.status_code == 421
    forwarded = browser.get(
        f"/sign-in/{signing_in.entry}",
        headers={"X-Forwarded-Host": host, "Forwarded": f"host={host}"},
    )
    assert (
        "redirect_uri=https%3A%2F%2Fvitrine.test%2Fsign-in%2Fcallback"
        in (forwarded.headers["location"])
    )


def test_acting_for_another_organisation_needs_that_organisations_provider(
    signing_in: SigningIn,
) -> None:
    """ORGB accepts people of its own provider only; a shared issuer is one it has agreed to."""
    world = signing_in.world
    membership = "mem_second"
    with world.owner.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO memberships (id, person_id, organisation_id, roles, state, created_at)"
                " VALUES (:id, :person, :organisation, '{reviewer}', 'active', now())"
            ),
            {
                "id": membership,
                "person": world.reviewer_a.id,
                "organisation": world.organisations["ORGB"],
            },
        )
    browser = signing_in.browser()
    signing_in.sign_in(browser)
    before = session_cookie(browser)
    browser.headers["X-Vitrine-CSRF"] = "1"
    offered = browser.get("/api/v1/session").json()["other_memberships"]
    assert [entry["id"] for entry in offered] == [membership]
    switch = {"membership": membership}
    assert browser.post("/api/v1/session/switch", json=switch).status_code == 403
    refusal = signing_in.entries("identity:session:switched")[-1]
    assert (refusal.outcome, refusal.facts["reason"]) == ("denied", "other-provider")
    add_provider(world, "ORGB", issuer=signing_in.provider.issuer, entry="ogb-shared")
    assert browser.post("/api/v1/session/switch", json=switch).status_code == 200
    assert session_cookie(browser) != before
    me = browser.get("/api/v1/session").json()
    assert me["organisation_id"] == world.organisations["ORGB"]
    done = signing_in.entries("identity:session:switched")[-1]
    assert (done.outcome, done.acting_for) == ("done", world.organisations["ORGB"])
    thief = signing_in.browser()
    thief.cookies.set(COOKIE, str(before), domain="vitrine.test", path="/")
    assert thief.get("/api/v1/session").status_code == 401
    foreign = {"membership": world.lead_b.membership_id}
    assert browser.post("/api/v1/session/switch", json=foreign).status_code == 404


def test_coming_back_after_an_end_revives_no_old_cookie(signing_in: SigningIn) -> None:
    browser = signing_in.browser()
    signing_in.sign_in(browser)
    with signing_in.world.owner.begin() as connection:
        connection.execute(
            text("UPDATE memberships SET state = 'ended' WHERE id = :id"),
            {"id": signing_in.world.reviewer_a.membership_id},
        )
    assert browser.get("/api/v1/session").status_code == 401
    token = signing_in.invite("reviewer_a@example.test")
    signing_in.provider.claims.update(email="reviewer_a@example.test", email_verified=True)
    again = signing_in.browser()
    assert signing_in.sign_in(again, invitation=token).status_code == 303
    assert again.get("/api/v1/session").status_code == 200
    assert browser.get("/api/v1/session").status_code == 401


def test_a_person_of_two_organisations_is_one_person(signing_in: SigningIn) -> None:
    add_provider(
        signing_in.world, "ORGB", issuer=signing_in.provider.issuer, entry="ogb-same-issuer"
    )
    token = signing_in.invite("reviewer_a@example.test", code="ORGB")
    signing_in.provider.claims.update(email="reviewer_a@example.test", email_verified=True)
    other = SigningIn(signing_in.world, signing_in.provider, "ogb-same-issuer")
    browser = signing_in.browser()
    assert other.sign_in(browser, invitation=token).status_code == 303
    me = browser.get("/api/v1/session").json()
    assert me["person_id"] == signing_in.world.reviewer_a.id
    assert me["organisation_id"] == signing_in.world.organisations["ORGB"]


def test_the_positive_control_of_binding_is_the_subject(signing_in: SigningIn) -> None:
    bind_identity(
        signing_in.world,
        signing_in.world.lead_a,
        issuer=signing_in.provider.issuer,
        subject="lead-a",
    )
    signing_in.provider.claims["sub"] = "lead-a"
    browser = signing_in.browser()
    signing_in.sign_in(browser)
    assert browser.get("/api/v1/session").json()["person_id"] == signing_in.world.lead_a.id
