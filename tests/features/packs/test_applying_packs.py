"""A pack applied to a review: drafts in one step, asked once, each item followed to its answer."""

from sqlalchemy import text

from app.domain.packs import MOST_DRAFTS
from tests.features.packs.situations import applied, kept, offered, read
from tests.worlds.doors import post_form, post_json
from tests.worlds.entries import entries
from tests.worlds.shared import SharedWorld


def _pathways(world: SharedWorld, count: int, version: str = "") -> list[str]:
    """Give the version some pathways; gives their ids."""
    of_version = {"version": world.made.version_id}
    ids = [f"pth_{version or 'own'}{number:0>16}"[:24] for number in range(count)]
    with world.owner.begin() as connection:
        for number, identity in enumerate(ids, start=1):
            connection.execute(
                text(
                    "INSERT INTO pathways (id, lineage_id, version_id, ordinal, page)"
                    " VALUES (:id, :lineage, :version, :n, 1)"
                ),
                {"id": identity, "lineage": f"pth_{number}known", "n": number, **of_version},
            )
            # An outsider knows a pathway by its claims.
            connection.execute(
                text(
                    "INSERT INTO claims (id, lineage_id, version_id, pathway_id, ordinal, code,"
                    " page, rects, load_bearing) VALUES (:id, :id, :version, :pathway, :n, :code,"
                    " 1, '[[56, 56, 360, 110]]', false)"
                ),
                {
                    "id": f"clm_{number}{version}",
                    "pathway": identity,
                    "code": str(number),
                    "n": number,
                    **of_version,
                },
            )
    return ids


def _drafts(world: SharedWorld) -> list[tuple[object, ...]]:
    return world.rows("SELECT id, state, type FROM requests ORDER BY created_at, id")


def test_each_question_becomes_a_draft_about_each_pathway(shared: SharedWorld) -> None:
    first, second, _ = _pathways(shared, 3)
    pack = kept(shared)
    path = f"/packs/{pack}/apply?place={first}&place={second}"
    preview = read(shared.reviewer_a, path)
    assert (preview["drafts"], len(preview["questions"])) == (4, 2)
    assert preview["questions"][0]["question"].startswith("Who would see pathway 1know?")
    page = shared.reviewer_a.client.get(path).text
    assert "How fast is pathway 1know stopped?" in page
    run = applied(shared, pack, places=[first, second])
    assert len(run["requests"]) == 4
    found = read(shared.lead_a, f"/packs/{pack}/runs/{run['run_id']}")
    assert [item["about"] for item in found["requests"]] == ["pathway 1know"] * 2 + [
        "pathway 2know"
    ] * 2
    assert {item["state"] for item in found["requests"]} == {"draft"}
    request = read(shared.lead_a, f"/requests/{found['requests'][3]['request_id']}")
    texts = [request["question"]["body"], request["purpose"]["body"]]
    assert texts[0] == "How fast is pathway 2know stopped?"
    assert texts[1] == "For our position on pathway 2know."
    assert (request["type"], request["expected_form"]) == ("data", "table")
    (entry,) = [e for e in entries(shared, action="request:draft") if e.event == "PackApplied"]
    assert sorted(entry.facts["requests"]) == sorted(run["requests"])


def test_what_was_asked_is_not_asked_again_unless_one_says_so(shared: SharedWorld) -> None:
    pack = kept(shared)
    applied(shared, pack, chosen=[0])
    preview = read(shared.lead_a, f"/packs/{pack}/apply")
    assert [q["asked_before"] for q in preview["questions"]] == [["the report as a whole"], []]
    assert "One question was asked before." in shared.lead_a.client.get(f"/packs/{pack}/apply").text
    assert len(applied(shared, pack)["requests"]) == 1
    review = {"review_id": shared.made.review_a}
    refused = post_json(shared.reviewer_a, f"/packs/{pack}/apply", **review)
    assert refused.status_code == 409
    assert len(_drafts(shared)) == 2
    same = kept(shared, title="The same questions in another pack")
    assert post_json(shared.reviewer_a, f"/packs/{same}/apply", **review).status_code == 409
    assert len(applied(shared, pack, again=True)["requests"]) == 2
    assert len(_drafts(shared)) == 4


def test_a_run_follows_each_item_to_its_answer(shared: SharedWorld) -> None:
    pack = offered(shared)
    run = applied(shared, pack)
    request = run["requests"][0]
    assert post_json(shared.lead_a, f"/requests/{request}/submit").status_code == 200
    path = f"/packs/{pack}/runs/{run['run_id']}"
    found = read(shared.reviewer_a, path)
    assert [(i["state"], i["answered"]) for i in found["requests"]] == [
        ("submitted", False),
        ("draft", False),
    ]
    shared.change("UPDATE requests SET state = 'released' WHERE id = :id", id=request)
    found = read(shared.reviewer_a, path)
    assert (found["answered"], found["drafts"]) == (1, 1)
    shown = shared.reviewer_a.client.get(path).text
    assert found["requests"][0]["number"] in shown
    assert f"/requests/{request}" in shown


def test_a_run_is_the_organisations_own_also_where_the_pack_is_everybodys(
    shared: SharedWorld,
) -> None:
    pack = offered(shared)
    run = applied(shared, pack)
    for stranger in (shared.lead_b, shared.coordinator, shared.auditor):
        read(stranger, f"/packs/{pack}/runs/{run['run_id']}", status=404)
        assert read(stranger, f"/packs/{pack}")["runs"] == []
        assert run["run_id"] not in stranger.client.get(f"/packs/{pack}").text
    denied = entries(shared, action="pack:read", outcome="denied")
    assert len(denied) == 3


def test_nobody_applies_a_pack_to_a_review_that_is_not_theirs(shared: SharedWorld) -> None:
    pack = offered(shared)
    review = {"review_id": shared.made.review_a}
    for stranger, status in ((shared.lead_b, 404), (shared.coordinator, 403)):
        refused = post_json(stranger, f"/packs/{pack}/apply", **review)
        assert refused.status_code == status, refused.text
        page = stranger.client.get(f"/packs/{pack}/apply?review={shared.made.review_a}")
        assert page.status_code in (403, 404)
    assert _drafts(shared) == []
    assert entries(shared, action="request:draft", outcome="denied")


def test_nobody_asks_with_a_pack_of_others(shared: SharedWorld) -> None:
    pack = kept(shared, shared.lead_b)
    refused = post_json(shared.lead_a, f"/packs/{pack}/apply", review_id=shared.made.review_a)
    assert refused.status_code == 404
    assert _drafts(shared) == []
    assert entries(shared, action="pack:read", outcome="denied")


def test_a_place_of_another_version_is_not_found_and_leaves_an_entry(shared: SharedWorld) -> None:
    pack = kept(shared)
    body = {"review_id": shared.made.review_a, "places": ["pth_00000000000000000000"]}
    assert post_json(shared.lead_a, f"/packs/{pack}/apply", **body).status_code == 404
    assert shared.lead_a.client.get(f"/packs/{pack}/apply?place=x").status_code == 404
    assert _drafts(shared) == []
    assert len(entries(shared, action="request:draft", outcome="denied")) == 2


def test_more_than_one_application_makes_is_refused_whole(shared: SharedWorld) -> None:
    places = _pathways(shared, 3)
    many = [{"question": f"Question {number}?"} for number in range(MOST_DRAFTS // 2)]
    pack = kept(shared, questions=many)
    body = {"review_id": shared.made.review_a, "places": places}
    refused = post_json(shared.lead_a, f"/packs/{pack}/apply", **body)
    assert (refused.status_code, "at most 200" in refused.text) == (422, True)
    assert _drafts(shared) == []
    none = post_form(shared.lead_a, f"/packs/{pack}/apply", **body, choose="yes")
    assert (none.status_code, "Choose at least one question." in none.text) == (422, True)


def test_what_a_packs_writer_could_see_goes_with_its_questions(shared: SharedWorld) -> None:
    """Words that somebody wrote who could see more do not lose that by way of a pack."""
    pack = kept(shared)
    shared.change(
        "UPDATE guarded_fields SET sensitivity = '{EVL,LEG}' WHERE subject_id = :id", id=pack
    )
    run = applied(shared, pack, chosen=[0])
    ((sensitivity,),) = shared.rows(
        "SELECT sensitivity FROM guarded_fields WHERE subject_id = :id AND field = 'question'",
        id=run["requests"][0],
    )
    assert {"EVL", "LEG"} <= set(sensitivity)  # type: ignore[call-overload]  # an array of text


def test_a_pack_keeps_what_its_writer_has_lifted(shared: SharedWorld) -> None:
    pack = kept(shared)
    request = post_json(
        shared.reviewer_a, "/requests", review_id=shared.made.review_a, question="Same?"
    ).json()["id"]
    fields = "field IN ('items', 'question')"
    of = dict(shared.rows(f"SELECT subject_id, sensitivity FROM guarded_fields WHERE {fields}"))
    assert of[pack] == of[request]
    assert of[pack], "with nothing lifted this would show nothing"
