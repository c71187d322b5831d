"""Titles of pathways, owners of parts and notes on evidence go on to the next version."""

from typing import Any

import pytest
from sqlalchemy import text

from tests.features.versions.test_carrying_claims_on import CARRY, carry_identical, matching
from tests.features.versions.test_paired_versions import made as made
from tests.features.versions.test_paired_versions import two_rooms as two_rooms
from tests.world import Someone, World
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.entries import entries
from tests.worlds.reports import grant_internally
from tests.worlds.two_versions import TwoTexts

Both = tuple[World, TwoTexts]
TITLE = "Poisoning what comes after"


def prepare(world: World, made: TwoTexts, *, stated: bool = True) -> None:
    """Give the first version a titled pathway, and owners of it, of sections and of the whole."""
    first = f"/versions/{made.first.version_id}"
    named = post_json(
        world.author, f"{first}/pathways", number=1, title=TITLE, nothing_withheld=stated
    )
    assert named.is_success, named.text
    pathway = named.json()["id"]
    parts: list[dict[str, str]] = [{"pathway_id": pathway}, {}]
    parts += [{"section_id": section(world, made, one)} for one in ("Systems", "Old practice")]
    for part in parts:
        given = post_json(
            world.coordinator, f"{first}/owners", person_id=world.second_author.id, **part
        )
        assert given.is_success, given.text


def section(world: World, made: TwoTexts, title: str, version: str = "") -> str:
    """Give a section by its title, of the first version unless another is said."""
    with world.owner.connect() as connection:
        return str(
            connection.execute(
                text("SELECT section_id FROM section_titles WHERE version_id=:v AND title=:t"),
                {"v": version or made.first.version_id, "t": title},
            ).scalar_one()
        )


def only_identical_claims(world: World, made: TwoTexts) -> None:
    """Take the claims off the first version that do not stand identically in the second."""
    with world.owner.begin() as connection:
        connection.execute(
            text("UPDATE claims SET ended_at = now() WHERE id = ANY(:gone)"),
            {"gone": [made.claims[code] for code in ("1.2", "1.3", "3.1")]},
        )


def settle(who: Someone, made: TwoTexts, *parts: str, **more: Any) -> Any:
    """Carry parts on, or leave them."""
    path = f"{made.matching}/parts"
    return post_json(who, path, earlier=made.first.version_id, parts=list(parts), **more)


def waiting(who: Someone, made: TwoTexts) -> dict[tuple[str, str], dict[str, Any]]:
    """Give what waits by its kind and part."""
    view = matching(who, made)
    found = [*view["parts_identical"], *view["parts_others"]]
    return {(one["kind"], one["label"]): one for one in found}


def test_what_hangs_on_parts_is_proposed_and_identical_ones_go_together(two_texts: Both) -> None:
    world, made = two_texts
    prepare(world, made)
    only_identical_claims(world, made)
    assert ("title", "Pathway 1") not in waiting(world.author, made), "its claims come first"
    assert carry_identical(world.author, made).status_code == 201
    found = waiting(world.author, made)
    assert {name: one["standing"] for name, one in found.items()} == {
        ("title", "Pathway 1"): "identical",
        ("owners", "Pathway 1"): "identical",
        ("owners", "Systems"): "changed",
        ("owners", "Old practice"): "gone",
        ("owners", "The version as a whole"): "version",
    }
    assert found["title", "Pathway 1"]["title"] == TITLE
    assert found["owners", "Systems"]["owners"] == ["Second Author"]
    keys = [found["title", "Pathway 1"]["key"], found["owners", "Pathway 1"]["key"]]
    done = settle(world.author, made, *keys, nothing_withheld=True)
    assert done.status_code == 200, done.text
    register = f"/api/v1/versions/{made.second.version_id}/claims"
    assert TITLE in world.author.client.get(register).text
    owners = world.coordinator.client.get(f"/api/v1/versions/{made.second.version_id}/owners")
    assert owners.text.count(world.second_author.id) >= 1
    told = [e for e in entries(world, action=CARRY) if e.event in ("PartCarried", "PartsCarried")]
    assert [e.event for e in told] == ["PartCarried", "PartCarried", "PartsCarried"]
    assert TITLE not in str([e.core for e in told])
    assert settle(world.author, made, *keys).status_code == 409
    assert set(waiting(world.author, made)) == set(found) - {
        ("title", "Pathway 1"), ("owners", "Pathway 1")
    }  # fmt: skip


def test_everything_else_goes_one_by_one_or_is_left(two_texts: Both) -> None:
    world, made = two_texts
    prepare(world, made)
    found = waiting(world.author, made)
    systems, gone = found["owners", "Systems"]["key"], found["owners", "Old practice"]["key"]
    refused = settle(world.author, made, systems, gone)
    assert refused.status_code == 409
    assert "identical" in refused.text
    assert settle(world.author, made, gone).status_code == 409, "it was not found"
    assert settle(world.author, made, gone, leave=True).status_code == 200
    assert settle(world.author, made, systems).status_code == 200
    assert settle(world.author, made, found["owners", "The version as a whole"]["key"]).is_success
    assert waiting(world.author, made) == {}
    with world.owner.connect() as connection:
        rows = connection.execute(
            text("SELECT section_id, person_id FROM ownerships WHERE version_id = :v"
                 " AND claim_id IS NULL"),
            {"v": made.second.version_id},
        ).all()  # fmt: skip
    here = section(world, made, "Systems", made.second.version_id)
    assert {tuple(row) for row in rows} == {
        (here, world.second_author.id), (None, world.second_author.id)
    }  # fmt: skip
    told = [e.event for e in entries(world, action=CARRY)]
    assert told == ["PartLeft", "PartCarried", "PartCarried"]


@pytest.mark.parametrize("restated", [True, False])
def test_that_a_title_holds_nothing_withheld_is_stated_anew(
    two_texts: Both, restated: bool
) -> None:
    world, made = two_texts
    prepare(world, made)
    assert carry_identical(world.author, made).status_code == 201
    one = waiting(world.author, made)["title", "Pathway 1"]
    assert (one["standing"], one["stated"]) == ("changed", True), "not every claim was identical"
    with world.owner.begin() as connection:
        connection.execute(text(
            "INSERT INTO redactions SELECT (jsonb_populate_record(r, jsonb_build_object('id',"
            " 'red_two', 'version_id', CAST(:second AS text)))).* FROM redactions r"
            " WHERE r.version_id = :first AND r.categories = '{LEG}'"
        ), {"first": made.first.version_id, "second": made.second.version_id})  # fmt: skip
    assert settle(world.author, made, one["key"], nothing_withheld=restated).is_success
    with world.owner.connect() as connection:
        rows = connection.execute(
            text("SELECT f.sensitivity FROM guarded_fields f JOIN pathways p ON p.id = f.subject_id"
                 " WHERE p.version_id = :v AND f.field = 'title'"),
            {"v": made.second.version_id},
        )  # fmt: skip
        assert rows.scalar_one() == ([] if restated else ["LEG"])


def test_who_reads_less_is_offered_no_title_and_nothing_is_identical_to_them(
    two_texts: Both,
) -> None:
    world, made = two_texts
    prepare(world, made, stated=False)
    assert carry_identical(world.author, made).status_code == 201
    for version in (made.first, made.second):
        grant_internally(world, version, world.second_author, "COM", "SEC")
    from tests.worlds.reports import settle as work

    matching(world.second_author, made)
    work(world)
    found = waiting(world.second_author, made)
    assert ("title", "Pathway 1") not in found, "its writer had more lifted"
    assert ("owners", "Systems") in found
    assert {one["standing"] for one in found.values()} <= {"changed", "same", "gone", "version"}
    key = waiting(world.author, made)["title", "Pathway 1"]["key"]
    assert settle(world.second_author, made, key).status_code == 409


def test_who_may_not_carry_claims_carries_no_parts(two_texts: Both) -> None:
    world, made = two_texts
    prepare(world, made)
    key = waiting(world.author, made)["owners", "Systems"]["key"]
    for someone in (world.lead_a, world.coordinator, world.auditor, world.second_author):
        assert settle(someone, made, key).status_code in (403, 404), someone.name
    assert len(entries(world, action=CARRY, outcome="denied")) == 4
    assert settle(world.author, made, "owners:sec_nowhere").status_code == 409
    assert settle(world.author, made, key).is_success, "the positive control"


def test_notes_on_evidence_go_on_with_their_claim(two_texts: Both) -> None:
    from tests.worlds.evidence import TABLE, attach
    from tests.worlds.reports import settle as work

    world, made = two_texts
    claim = made.claims["1.1"]
    with world.owner.begin() as connection:
        connection.execute(
            text("UPDATE versions SET state = 'working' WHERE id = :v"),
            {"v": made.first.version_id},
        )
    for version in (made.first, made.second):
        assert attach(world, version, "csv", TABLE).status_code == 202
    work(world)
    with world.owner.connect() as connection:
        item = connection.execute(
            text("SELECT id FROM evidence_items WHERE version_id = :v"),
            {"v": made.first.version_id},
        ).scalar_one()
    linked = post_json(
        world.author, f"/claims/{claim}/evidence", item_id=item, note="CANARYNOTED row 2"
    )
    assert linked.is_success, linked.text
    answer = carry_identical(world.author, made)
    assert answer.status_code == 201, answer.text
    assert (answer.json()["evidence_left_out"], answer.json()["notes_left_out"]) == (0, 0)
    register = world.author.client.get(f"/api/v1/versions/{made.second.version_id}/claims")
    assert "CANARYNOTED" in register.text
    assert "CANARYNOTED" not in str([e.core for e in entries(world, action=CARRY)])


@pytest.mark.paired("/versions/{version_id}/matching/parts")
def test_carrying_a_part_on(pair: Doors, made: TwoTexts) -> None:
    pair.both(lambda w: prepare(w, made))
    key = waiting(pair.html.author, made)["owners", "Systems"]["key"]
    path, earlier = f"{made.matching}/parts", made.first.version_id
    events = pair.assert_alike(
        lambda w: post_form(w.author, path, earlier=earlier, parts=[key]),
        lambda w: post_json(w.author, path, earlier=earlier, parts=[key]),
    )
    assert "PartCarried" in events
