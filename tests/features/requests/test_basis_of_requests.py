"""What a request can be about: a page, the whole, a redaction, a claim, a finding."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.ids import new_id
from app.models.reports import Claim
from app.web import csrf
from tests.world import World
from tests.worlds.reports import SharedVersion
from tests.worlds.requests import draft, draft_body


def test_a_redaction_can_be_challenged_without_its_words(
    world: World, version: SharedVersion
) -> None:
    with world.owner.connect() as connection:
        redaction = connection.execute(
            text("SELECT id FROM redactions WHERE version_id = :v AND categories = ARRAY['LEG']"),
            {"v": version.version_id},
        ).scalar_one()
    asked = draft(
        world,
        version,
        type="redaction_challenge",
        basis={"kind": "redaction", "id": redaction},
    )
    basis = asked.seen_by(world.reviewer_a)["basis"]
    assert (basis["label"], basis["quote_state"]) == ("A redaction on page 1", "none")
    page = world.reviewer_a.client.get(f"/requests/new?redaction={redaction}").text
    assert "The redaction you came from" in page


def test_a_claim_is_quoted_and_named_by_its_reference(world: World, version: SharedVersion) -> None:
    claim = Claim(
        id=new_id("claim"), lineage_id="clm_known9", version_id=version.version_id, ordinal=1,
        code="1.1", page=1,
        rects=[[56.0, 60.0, 360.0, 110.0]], load_bearing=True,
    )  # fmt: skip
    with Session(world.owner) as session:
        session.add(claim)
        session.commit()
        claim_id = claim.id
    asked = draft(world, version, basis={"kind": "claim", "id": claim_id})
    basis = asked.seen_by(world.reviewer_a)["basis"]
    assert basis["label"] == "Claim known on page 1"
    assert basis["quote"]
    assert "Claim known, page 1" in world.reviewer_a.client.get("/requests/new").text


def test_a_section_is_asked_about_from_the_outline(world: World, version: SharedVersion) -> None:
    contents = world.reviewer_a.client.get(f"/versions/{version.version_id}").text
    address = contents.split('href="/requests/new?', 1)[1].split('"', 1)[0].replace("&amp;", "&")
    page = world.reviewer_a.client.get(f"/requests/new?{address}").text
    assert "The section you came from" in page
    section = address.rpartition("section=")[2]
    asked = draft(world, version, basis={"kind": "section", "id": section})
    basis = asked.seen_by(world.reviewer_a)["basis"]
    assert basis["label"].startswith("The section that begins on page ")
    assert basis["quote"] is None
    assert (
        "requests/new" not in world.coordinator.client.get(f"/versions/{version.version_id}").text
    )
    body = draft_body(version, basis={"kind": "section", "id": "sec_00000000000000000000"})
    assert world.reviewer_a.client.post("/api/v1/requests", json=body).status_code == 422


def test_a_finding_of_another_organisation_is_no_basis(
    world: World, version: SharedVersion
) -> None:
    body = draft_body(version, basis={"kind": "finding", "id": "fnd_00000000000000000000"})
    response = world.reviewer_a.client.post("/api/v1/requests", json=body)
    assert response.status_code == 422
    assert response.json()["fields"] == {"basis": "There is no such finding in this version."}


@pytest.mark.parametrize(
    ("kind", "page", "label"), [("page", "3", "Page 3"), ("report", "", "The report as a whole")]
)
def test_a_page_or_the_whole_is_chosen_in_the_form(
    world: World, version: SharedVersion, kind: str, page: str, label: str
) -> None:
    typed = {
        "csrf_token": csrf.token_for("test-secret"), "review_id": version.review_a,
        "question": "Why?", "expected_form": "file", "basis": kind, "basis_page": page,
        "then": "submit",
    }  # fmt: skip
    made = world.reviewer_a.client.post("/requests", data=typed)
    assert made.status_code == 303, made.text[:2000]
    assert label in world.reviewer_a.client.get(made.headers["location"]).text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"basis": "page", "basis_page": "none"}, "basis_page"),
        ({"basis": "nonsense"}, "basis"),
        ({"expected_form": "nonsense"}, "expected_form"),
        ({"wanted_by": "tomorrow"}, "wanted_by"),
    ],
)
def test_what_cannot_be_read_is_named_and_nothing_typed_is_lost(
    world: World, version: SharedVersion, wrong: dict[str, str], field: str
) -> None:
    typed = {
        "csrf_token": csrf.token_for("test-secret"), "review_id": version.review_a,
        "question": "TYPED WITH CARE",
    }  # fmt: skip
    response = world.reviewer_a.client.post("/requests", data={**typed, **wrong})
    assert response.status_code == 422
    assert "TYPED WITH CARE" in response.text
    assert f'href="#{field}"' in response.text
