"""Organisations, their people and their sign-in: each intention through both doors."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.web import csrf
from tests.world import Someone, World
from tests.worlds.entries import entries
from tests.worlds.signing_in import SigningIn, add_provider


def _form(**fields: Any) -> dict[str, Any]:
    return {"csrf_token": csrf.token_for("test-secret"), **fields}


def _rows(world: World, statement: str, **values: object) -> list[Any]:
    return SigningIn(world, None).rows(statement, **values)  # type: ignore[arg-type]  # no provider


def _entries(world: World, action: str) -> list[Any]:
    return SigningIn(world, None).entries(action)  # type: ignore[arg-type]  # no provider


def _last_refused(world: World, action: str, someone: Someone) -> None:
    entry = _entries(world, action)[-1]
    assert (entry.outcome, entry.actor) == ("denied", someone.id)


def _same_but_ids(entries: list[Any]) -> bool:
    (one, other) = ((e.outcome, e.event, set(e.facts), e.actor) for e in entries[-2:])
    return one == other


def test_an_administrator_creates_an_organisation_by_form_and_by_json(world: World) -> None:
    client = world.administrator.client
    made = client.post(
        "/organisations", data=_form(kind="nonprofit", code="nor", name="Northlight")
    )
    assert made.status_code == 303
    page = client.get(made.headers["location"])
    assert "No people act for Northlight" in page.text
    told = client.post(
        "/api/v1/organisations", json={"kind": "company", "code": "SEC", "name": "Second"}
    )
    assert told.status_code == 201
    rows = _rows(
        world,
        "SELECT o.code, o.state, s.slot IS NOT NULL AS enrolled FROM organisations o"
        " LEFT JOIN org_slot s ON s.organisation = o.id WHERE o.code IN ('NOR', 'SEC')",
    )
    assert [(r.state, r.enrolled) for r in rows] == [("active", True)] * 2
    assert _same_but_ids(_entries(world, "organisation:manage"))


@pytest.mark.parametrize("who", ["coordinator", "author", "auditor", "lead_a"])
def test_nobody_else_creates_an_organisation(world: World, who: str) -> None:
    someone = world.people[who]
    asked = {"kind": "company", "code": "EVIL", "name": "Evil"}
    assert someone.client.post("/organisations", data=_form(**asked)).status_code in (403, 404)
    assert someone.client.post("/api/v1/organisations", json=asked).status_code in (403, 404)
    _last_refused(world, "organisation:manage", someone)
    assert _rows(world, "SELECT 1 FROM organisations WHERE code = 'EVIL'") == []


def test_what_was_typed_is_shown_again_with_what_is_wrong(world: World) -> None:
    response = world.administrator.client.post(
        "/organisations", data=_form(kind="publisher", code="ORGA", name="Another publisher")
    )
    assert response.status_code == 422
    assert 'value="Another publisher"' in response.text
    assert "Another organisation has this code." in response.text
    assert "There is a publisher already." in response.text


def test_suspending_stops_an_organisation_at_the_next_request_and_reactivating_lets_it(
    world: World,
) -> None:
    organisation = world.organisations["ORGA"]
    base = f"/organisations/{organisation}"
    reviewer, admin = world.reviewer_a.client, world.administrator.client
    assert reviewer.get("/").status_code == 200
    assert admin.post(f"{base}/suspend", data=_form(reason="Breach")).status_code == 303
    assert reviewer.get("/").status_code in (403, 404)
    assert world.reviewer_b.client.get("/").status_code == 200
    again = admin.post(f"/api/v1{base}/suspend", json={"reason": "Twice"})
    assert again.status_code == 409
    assert admin.post(f"/api/v1{base}/reactivate", json={"reason": "Mended"}).status_code == 200
    assert reviewer.get("/").status_code == 200
    names = [entry.event for entry in _entries(world, "organisation:manage")]
    assert names == ["OrganisationSuspended", "OrganisationReactivated"]


def test_the_publisher_cannot_be_suspended(world: World) -> None:
    base = f"/api/v1/organisations/{world.organisations['PUB']}"
    admin = world.administrator.client
    assert admin.post(f"{base}/suspend", json={"reason": "By mistake"}).status_code == 409


def _invite_form(client: TestClient, organisation: str, **changes: Any) -> Any:
    asked = {"email": "new@example.test", "name": "New", "roles": ["reviewer"], **changes}
    return client.post(f"/organisations/{organisation}/invitations", data=_form(**asked))


def test_a_lead_invites_by_form_and_by_json_and_the_link_is_shown_once(world: World) -> None:
    organisation = world.organisations["ORGA"]
    client = world.lead_a.client
    page = _invite_form(client, organisation)
    assert page.status_code == 200
    link = page.text.split("https://vitrine.test/invitations/")[1].split("<")[0]
    told = client.post(
        f"/api/v1/organisations/{organisation}/invitations",
        json={"email": "new@example.test", "name": "New", "roles": ["reviewer"]},
    )
    assert told.status_code == 201
    assert link not in client.get("/our-people").text
    dump = str(_rows(world, "SELECT row_to_json(i)::text FROM invitations i"))
    assert link not in dump
    rows = _rows(world, "SELECT organisation_id, email, roles FROM invitations")
    assert rows[0] == rows[1]
    entries = _entries(world, "organisation:person:invite")
    assert _same_but_ids(entries)
    assert "new@example.test" not in str(entries)
    assert world.anonymous().get(f"/invitations/{link}").status_code == 200


@pytest.mark.parametrize(
    ("who", "where"),
    [("lead_a", "ORGB"), ("lead_a", "PUB"), ("reviewer_a", "ORGA"), ("coordinator", "ORGA")],
)
def test_nobody_invites_into_an_organisation_that_is_not_theirs(
    world: World, who: str, where: str
) -> None:
    someone, organisation = world.people[who], world.organisations[where]
    response = _invite_form(someone.client, organisation)
    assert response.status_code in (403, 404)
    _last_refused(world, "organisation:person:invite", someone)
    if where == "ORGB":
        missing = _invite_form(someone.client, "org_00000000000000000000")
        assert response.status_code == missing.status_code


@pytest.mark.parametrize("roles", [["administrator"], ["auditor", "reviewer"], ["lead", "author"]])
def test_a_lead_gives_no_role_of_the_publisher(world: World, roles: list[str]) -> None:
    response = _invite_form(world.lead_a.client, world.organisations["ORGA"], roles=roles)
    assert response.status_code == 422
    assert _rows(world, "SELECT 1 FROM invitations") == []


def test_fields_that_nobody_asked_for_are_refused(world: World) -> None:
    """AC-02: no organisation, state or person id rides along."""
    base = f"/api/v1/organisations/{world.organisations['ORGA']}"
    asked = {"email": "new@example.test", "name": "New", "roles": ["reviewer"]}
    extra = {**asked, "organisation_id": world.organisations["PUB"]}
    client = world.lead_a.client
    assert client.post(f"{base}/invitations", json=extra).status_code == 422
    assert client.post(f"{base}/invitations", json=asked).status_code == 201


def test_the_publisher_invites_no_lead_where_there_is_one(world: World) -> None:
    admin, organisation = world.administrator, world.organisations["ORGA"]
    response = _invite_form(admin.client, organisation, roles=["lead"])
    assert response.status_code == 403
    assert "has a lead" in response.text
    _last_refused(world, "organisation:lead:change", admin)
    (refused,) = entries(world, action="organisation:lead:change")
    assert refused.core["facts"]["policies"] == ["base.led-by-its-own-lead"]
    assert _invite_form(admin.client, organisation, roles=["reviewer"]).status_code == 200
    made = admin.client.post(
        "/api/v1/organisations", json={"kind": "company", "code": "NEW", "name": "New one"}
    ).json()
    assert _invite_form(admin.client, made["id"], roles=["lead"]).status_code == 200


def test_a_withdrawn_invitation_opens_nothing(world: World) -> None:
    base = f"/api/v1/organisations/{world.organisations['ORGA']}"
    client = world.lead_a.client
    asked = {"email": "new@example.test", "name": "New", "roles": ["reviewer"]}
    made = client.post(f"{base}/invitations", json=asked).json()
    path = made["link"].removeprefix("https://vitrine.test")
    assert world.anonymous().get(path).status_code == 200
    assert client.post(f"{base}/invitations/{made['id']}/withdraw").status_code == 200
    assert world.anonymous().get(path).status_code == 404
    assert client.post(f"{base}/invitations/{made['id']}/withdraw").status_code == 404


def test_ending_a_membership_ends_its_sessions_by_either_door(world: World) -> None:
    organisation = world.organisations["ORGA"]
    leaving = world.reviewer_a
    assert leaving.client.get("/api/v1/session").status_code == 200
    ended = world.lead_a.client.post(
        f"/organisations/{organisation}/memberships/{leaving.membership_id}/end",
        data=_form(reason="Left the organisation"),
    )
    assert ended.status_code == 303
    assert ended.headers["location"] == "/our-people"
    assert leaving.client.get("/api/v1/session").status_code == 401
    other = world.reviewer_b
    told = world.administrator.client.post(
        f"/api/v1/organisations/{world.organisations['ORGB']}/memberships/"
        f"{other.membership_id}/end",
        json={"reason": "Left too"},
    )
    assert told.status_code == 200
    assert other.client.get("/api/v1/session").status_code == 401
    entries = _entries(world, "organisation:membership:end")
    assert [(e.outcome, e.event) for e in entries] == [("done", "MembershipEnded")] * 2


def test_nobody_ends_a_membership_elsewhere_their_own_or_a_leads(world: World) -> None:
    def end(someone: Someone, organisation: str, membership: str) -> int:
        path = f"/api/v1/organisations/{organisation}/memberships/{membership}/end"
        return int(someone.client.post(path, json={"reason": "Because"}).status_code)

    a, b = world.organisations["ORGA"], world.organisations["ORGB"]
    lead = world.lead_a
    assert end(lead, b, world.reviewer_b.membership_id) == 404
    assert end(lead, a, world.reviewer_b.membership_id) == 404  # of another, under our own id
    assert end(lead, a, lead.membership_id) == 409
    assert end(world.reviewer_a, a, lead.membership_id) == 403
    assert end(world.administrator, a, lead.membership_id) == 403
    assert end(lead, a, world.reviewer_a.membership_id) == 200


def test_a_provider_is_tried_shown_and_saved(signing_in: SigningIn) -> None:
    world, provider = signing_in.world, signing_in.provider
    client = world.administrator.client
    made = client.post(
        "/api/v1/organisations", json={"kind": "company", "code": "NEW", "name": "New one"}
    ).json()
    base = f"/organisations/{made['id']}"
    typed = {"address": provider.issuer, "client_id": "vitrine", "client_secret": "s3cret words"}
    tried = client.post(f"{base}/providers/try", data=_form(**typed))
    assert "This provider can be used" in tried.text
    assert f"{provider.issuer}/token" in tried.text
    assert _rows(world, "SELECT 1 FROM providers WHERE organisation_id = :o", o=made["id"]) == []
    assert client.post(f"{base}/providers", data=_form(**typed)).status_code == 303
    row = _rows(world, "SELECT * FROM providers WHERE organisation_id = :o", o=made["id"])[0]
    assert (row.issuer, row.state) == (provider.issuer, "active")
    assert b"s3cret" not in bytes(row.client_secret)
    assert row.entry.startswith("new-")
    assert len(row.entry) == 12
    again = client.post(f"/api/v1{base}/providers", json=typed)
    assert again.status_code == 422
    closed = client.post(f"/api/v1{base}/providers/{row.id}/close")
    assert closed.status_code == 200
    assert signing_in.browser().get(f"/sign-in/{row.entry}").status_code == 404
    reopened = client.post(f"/api/v1{base}/providers", json=typed)
    assert reopened.status_code == 201
    assert reopened.json()["entry"] != row.entry
    names = [e.event for e in signing_in.entries("organisation:provider:manage")]
    assert names == ["ProviderAdded", "ProviderClosed", "ProviderAdded"]


def test_a_provider_that_cannot_be_used_is_not_saved_and_the_words_say_why(
    signing_in: SigningIn,
) -> None:
    world, client = signing_in.world, signing_in.world.lead_b.client
    base = f"/organisations/{world.organisations['ORGB']}"
    before = _rows(world, "SELECT count(*) AS n FROM providers")[0].n
    signing_in.provider.metadata["issuer"] = "https://accounts.example"
    typed = {"address": signing_in.provider.issuer, "client_id": "vitrine"}
    told = client.post(f"/api/v1{base}/providers/try", json={"address": typed["address"]}).json()
    assert told["usable"] is False
    saved = client.post(f"{base}/providers", data=_form(**typed))
    assert saved.status_code == 422
    assert "calls itself https://accounts.example" in saved.text
    assert f'value="{typed["address"]}"' in saved.text
    inside = client.post(f"/api/v1{base}/providers/try", json={"address": "https://10.0.0.1"})
    assert "not on the public internet" in inside.text
    assert _rows(world, "SELECT count(*) AS n FROM providers")[0].n == before


def test_the_publisher_never_changes_the_sign_in_of_an_organisation_with_a_lead(
    signing_in: SigningIn,
) -> None:
    world = signing_in.world
    admin, organisation = world.administrator, world.organisations["ORGB"]
    typed = {"address": signing_in.provider.issuer, "client_id": "vitrine"}
    base = f"/api/v1/organisations/{organisation}/providers"
    assert admin.client.post(base, json=typed).status_code == 403
    _last_refused(world, "organisation:provider:manage", admin)
    existing = add_provider(world, "ORGB", issuer="https://other.test", entry="ogb-other")
    assert admin.client.post(f"{base}/{existing}/close").status_code == 403
    assert world.lead_b.client.post(base, json=typed).status_code == 201
    foreign = f"/api/v1/organisations/{world.organisations['ORGA']}/providers"
    assert world.lead_b.client.post(foreign, json=typed).status_code == 404


def test_organisations_do_not_see_each_other(world: World) -> None:
    lead = world.lead_a.client
    other = lead.get(f"/organisations/{world.organisations['ORGB']}")
    missing = lead.get("/organisations/org_00000000000000000000")
    assert (other.status_code, other.content) == (missing.status_code, missing.content)
    assert other.status_code == 404
    own = lead.get("/our-people")
    assert own.status_code == 200
    assert "ORGB" not in own.text
    assert lead.get("/organisations").status_code == 404
    assert "ORGB organisation" in world.administrator.client.get("/organisations").text
