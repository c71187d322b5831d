"""Stating that a statement holds nothing withheld: only by somebody who reads all that went in."""

from typing import Any

import pytest

from app.kernel.ids import new_id
from tests.features.statements.situations import TEXT, begun, release_of, wrote
from tests.worlds.doors import post_json
from tests.worlds.entries import entries
from tests.worlds.reports import PII, grant_internally
from tests.worlds.shared import SharedWorld


def lead_reads_less(world: SharedWorld) -> None:
    """Leave organisation A's grant to its reviewer, and give its lead one that lifts less."""
    ((grant,),) = world.rows(
        "SELECT id FROM grants WHERE organisation_id = :o",
        o=world.lead_a.actor.organisation_id,
    )
    ((less,),) = world.rows(
        "SELECT lifted FROM grants WHERE organisation_id = :o",
        o=world.lead_b.actor.organisation_id,
    )
    columns = [
        row[0]
        for row in world.rows(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'grants'"
        )
    ]
    other = {"id": ":n", "lifted": ":l", "person_ids": ":p"}
    chosen = ", ".join(other.get(name, name) for name in columns)
    world.change(
        f"INSERT INTO grants ({', '.join(columns)}) SELECT {chosen} FROM grants WHERE id = :g",
        n=new_id("grant"), l=list(less), p=[world.lead_a.id], g=grant,
    )  # fmt: skip
    world.change(
        "UPDATE grants SET person_ids = :p WHERE id = :g", p=[world.reviewer_a.id], g=grant
    )
    assert PII not in " ".join(" ".join(world.words(world.lead_a, page)) for page in (1, 2))


def uploaded(world: SharedWorld, statement: str, who: Any) -> None:
    """Upload a statement that says what is withheld."""
    file = ("ours.md", f"# Ours\n\n{PII} tested it.".encode(), "text/markdown")
    path = f"/api/v1/statements/{statement}/file"
    assert who.client.post(path, files={"file": file}).status_code == 200


@pytest.mark.parametrize("act", ["share", "release"])
def test_a_lead_does_not_vouch_for_words_that_they_are_not_cleared_for(
    shared: SharedWorld, act: str
) -> None:
    lead_reads_less(shared)
    statement = begun(shared, shared.reviewer_a)
    wrote(shared, statement, f"{PII} tested it.", who=shared.reviewer_a)
    body = {"days": 7} if act == "share" else release_of(shared, statement)
    path = f"/statements/{statement}/{act}"
    refused = post_json(shared.lead_a, path, **body, nothing_withheld=True, hits_confirmed=True)
    assert set(refused.json()["fields"]) == {"nothing_withheld"}
    assert "Somebody cleared" in refused.text
    assert not entries(shared, action=f"statement:{act}")
    assert post_json(shared.lead_a, path, **body).status_code == 200
    (done,) = entries(shared, action=f"statement:{act}")
    assert done.facts.get("stated") is None
    view = shared.coordinator.client.get(f"/api/v1/statements/{statement}")
    assert view.json()["masked"] is True
    assert PII not in view.text


def test_who_is_cleared_for_all_of_it_states_it(shared: SharedWorld) -> None:
    statement = begun(shared, shared.reviewer_a)
    wrote(shared, statement, who=shared.reviewer_a)
    body = release_of(shared, statement, nothing_withheld=True)
    made = post_json(shared.lead_a, f"/statements/{statement}/release", **body)
    assert made.status_code == 200, made.text
    view = shared.coordinator.client.get(f"/api/v1/statements/{statement}").json()
    assert {one["topic"]: one["text"] for one in view["parts"]}["rigour"] == TEXT


def test_nothing_is_stated_where_nothing_could_be_compared(shared: SharedWorld) -> None:
    statement = begun(shared)
    wrote(shared, statement)
    body = release_of(shared, statement)
    shared.change("UPDATE editions SET state = 'building'")
    refused = post_json(
        shared.lead_a, f"/statements/{statement}/release", **body,
        nothing_withheld=True, hits_confirmed=True,
    )  # fmt: skip
    assert set(refused.json()["fields"]) == {"nothing_withheld"}
    assert "could not be compared" in refused.text


def test_a_file_needs_what_its_uploader_had_lifted(shared: SharedWorld) -> None:
    lead_reads_less(shared)
    statement = begun(shared, shared.reviewer_a)
    uploaded(shared, statement, shared.reviewer_a)
    body = release_of(shared, statement)
    path = f"/statements/{statement}/release"
    refused = post_json(shared.lead_a, path, **body, nothing_withheld=True, hits_confirmed=True)
    assert set(refused.json()["fields"]) == {"nothing_withheld"}
    assert post_json(shared.lead_a, path, **body).status_code == 200
    grant_internally(shared, shared.made, shared.coordinator, "COM")
    taken = shared.coordinator.client.get(f"/api/v1/statements/{statement}/file")
    assert (taken.status_code, PII in taken.text) == (403, False)
    view = shared.coordinator.client.get(f"/api/v1/statements/{statement}").json()
    assert (view["masked"], view["file"]) == (True, None)
    grant_internally(shared, shared.made, shared.approver)
    taken = shared.approver.client.get(f"/api/v1/statements/{statement}/file")
    assert (taken.status_code, PII in taken.text) == (200, True)


@pytest.mark.parametrize("act", ["share", "release"])
def test_the_words_of_a_file_are_looked_at_as_those_of_a_section(
    shared: SharedWorld, act: str
) -> None:
    statement = begun(shared)
    uploaded(shared, statement, shared.lead_a)
    body = {"days": 7} if act == "share" else release_of(shared, statement)
    path = f"/statements/{statement}/{act}"
    refused = post_json(shared.lead_a, path, **body, nothing_withheld=True)
    assert set(refused.json()["fields"]) == {"hits_confirmed"}
    assert PII in refused.json()["fields"]["hits_confirmed"]
    pages = [f"/reviews/{shared.made.review_a}/statement"]
    pages += [f"/statements/{statement}/release"] if act == "release" else []
    for page in pages:
        seen = shared.lead_a.client.get(page).text
        assert (PII in seen, "the uploaded file</a>" in seen) == (True, True)
    done = post_json(shared.lead_a, path, **body, nothing_withheld=True, hits_confirmed=True)
    assert done.status_code == 200, done.text
