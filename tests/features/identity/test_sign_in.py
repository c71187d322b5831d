"""Signing in through OpenID Connect, as the people of an organisation do."""

from tests.worlds.signing_in import SigningIn, session_cookie


def test_a_known_person_signs_in_and_lands_where_they_were_going(signing_in: SigningIn) -> None:
    browser = signing_in.browser()
    response = signing_in.sign_in(browser, next="/requests?state=mine")
    assert response.status_code == 303
    assert response.headers["location"] == "/requests?state=mine"
    me = browser.get("/api/v1/session").json()
    assert me["person_id"] == signing_in.world.reviewer_a.id
    assert me["organisation_id"] == signing_in.world.organisations["ORGA"]
    entry = signing_in.entries()[-1]
    assert (entry.outcome, entry.event) == ("done", "SignedIn")
    assert entry.acting_for == signing_in.world.organisations["ORGA"]


def test_the_request_to_the_provider_carries_pkce_state_and_nonce(signing_in: SigningIn) -> None:
    browser = signing_in.browser()
    asked = signing_in.start(browser)
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert len(asked["state"]) == 43
    assert len(asked["nonce"]) == 43
    signing_in.answer(browser, asked)
    sent = signing_in.provider.asked[-1]
    assert len(sent["code_verifier"]) == 43
    assert sent["redirect_uri"] == "https://vitrine.test/sign-in/callback"


def test_the_database_keeps_only_hashes_of_what_the_browser_holds(signing_in: SigningIn) -> None:
    browser = signing_in.browser()
    asked = signing_in.start(browser)
    signing_in.answer(browser, asked)
    dump = str(signing_in.rows("SELECT row_to_json(s)::text FROM sign_ins s"))
    dump += str(signing_in.rows("SELECT row_to_json(s)::text FROM sessions s"))
    assert asked["state"] not in dump
    assert str(session_cookie(browser)) not in dump


def test_the_sign_in_name_is_remembered_and_asked_for(signing_in: SigningIn) -> None:
    browser = signing_in.browser()
    assert "sign-in name" in browser.get("/sign-in").text
    onward = browser.post("/sign-in", data={"entry": signing_in.entry, "next": "/reports"})
    assert onward.status_code == 200
    assert onward.headers["refresh"] == f"0; url=/sign-in/{signing_in.entry}?next=%2Freports"
    assert f'value="{signing_in.entry}"' in browser.get("/sign-in").text


def test_signing_out_ends_the_session_and_not_just_the_cookie(signing_in: SigningIn) -> None:
    browser, thief = signing_in.browser(), signing_in.browser()
    signing_in.sign_in(browser)
    token = session_cookie(browser)
    thief.cookies.set("__Host-vitrine", str(token), domain="vitrine.test", path="/")
    assert thief.get("/api/v1/session").status_code == 200
    ended = browser.post("/api/v1/session/end", headers={"X-Vitrine-CSRF": "1"})
    assert ended.status_code == 200
    assert thief.get("/api/v1/session").status_code == 401
    assert signing_in.entries("identity:session:ended")[-1].event == "SignedOut"


def test_signing_out_leads_on_to_the_provider_when_it_ends_sessions(signing_in: SigningIn) -> None:
    signing_in.provider.metadata["end_session_endpoint"] = f"{signing_in.provider.issuer}/end"
    browser = signing_in.browser()
    signing_in.sign_in(browser)
    url = browser.post("/api/v1/session/end", headers={"X-Vitrine-CSRF": "1"}).json()
    assert url["end_session_url"].startswith(f"{signing_in.provider.issuer}/end?")
    assert "post_logout_redirect_uri=https%3A%2F%2Fvitrine.test%2Fsign-in" in url["end_session_url"]
    assert "id_token_hint=" in url["end_session_url"]


def test_a_provider_that_does_not_answer_is_said_in_words(signing_in: SigningIn) -> None:
    signing_in.provider.metadata["issuer"] = "https://somebody-else.test"
    response = signing_in.browser().get(f"/sign-in/{signing_in.entry}")
    assert response.status_code == 503
    assert "does not answer right now" in response.text
    assert "somebody-else" not in response.text
