"""The desk: whose findings, in which order, accepted together, taken away; no name is told."""

import csv
import io

import pytest

from app.features.findings.tasks import route_finding
from tests.features.findings.situations import answered, cleared, filed, owned_by, routed, say
from tests.worlds.doors import post_form, post_json
from tests.worlds.entries import entries
from tests.worlds.shared import SharedWorld

DESKS = (
    "/findings/desk", "/api/v1/findings/desk", "/findings/desk/document",
    "/api/v1/findings/desk/document", "/findings/desk.md", "/api/v1/findings/desk.md",
    "/findings/desk.csv", "/api/v1/findings/desk.csv",
    "/findings/desk.docx", "/api/v1/findings/desk.docx",
)  # fmt: skip


@pytest.fixture
def several(shared: SharedWorld) -> SharedWorld:
    """Let the author have findings of several kinds, filed in no order of weight."""
    owned_by(shared, shared.author)
    for finding_class, materiality in (
        ("A", "cosmetic"), ("E", "claim"), ("A", "claim"), ("C", "conclusion"),
    ):  # fmt: skip
        finding = filed(shared, finding_class=finding_class, materiality=materiality)
        route_finding(shared.worker, finding_id=finding)
    return shared


def test_the_worst_come_first_and_the_first_is_open_with_its_passage(several: SharedWorld) -> None:
    desk = several.author.client.get("/api/v1/findings/desk").json()
    order = [(row["materiality"], row["finding_class"]) for row in desk["rows"]]
    assert order == [("conclusion", "C"), ("claim", "E"), ("claim", "A"), ("cosmetic", "A")]
    assert desk["opened"]["view"]["row"]["id"] == desk["rows"][0]["id"]
    assert desk["opened"]["view"]["quote"] == "reads every transcript"
    assert desk["counts"] == {
        "waiting": 4, "deciding": 0, "late": 0, "reviewer": 0, "agreed": 0, "done": 0, "all": 4,
    }  # fmt: skip
    page = several.author.client.get("/findings/desk").text
    assert "reads every transcript" in page
    assert "Four findings to answer" in page


def test_filters_stand_in_the_address(several: SharedWorld) -> None:
    def found(query: str) -> int:
        answer = several.author.client.get(f"/api/v1/findings/desk?{query}")
        return int(answer.json()["total"])

    assert [found(q) for q in ("kind=A", "reach=claim", "show=late", "kind=A&reach=claim")] == [
        2, 2, 0, 1,
    ]  # fmt: skip
    assert found(f"version={several.made.version_id}") == 4
    assert found("version=ver_00000000000000000000") == 0
    several.change("UPDATE findings SET due_on = '2020-01-01'")
    assert found("show=late") == 4
    assert several.author.client.get("/findings/desk?show=nothing").status_code == 422


def test_a_rejection_with_its_decider_is_not_to_be_answered(several: SharedWorld) -> None:
    client = several.author.client
    worst = client.get("/api/v1/findings/desk").json()["rows"][0]["id"]
    assert "With a decider" not in client.get("/findings/desk").text
    sent = post_json(
        several.author, f"/findings/{worst}/respond", disposition="rejected",
        explanation="It is as it says.", nothing_withheld=True,
    )  # fmt: skip
    assert sent.status_code == 200, sent.text
    desk = client.get("/api/v1/findings/desk").json()
    assert worst not in {row["id"] for row in desk["rows"]}
    assert (desk["counts"]["waiting"], desk["counts"]["deciding"]) == (3, 1)
    apart = client.get("/api/v1/findings/desk?show=deciding").json()
    assert [row["id"] for row in apart["rows"]] == [worst]
    assert "With a decider" in client.get("/findings/desk").text


def test_an_answer_given_at_the_desk_leads_back_to_it(several: SharedWorld) -> None:
    desk = several.author.client.get("/api/v1/findings/desk").json()
    first = desk["rows"][0]["id"]
    sent = post_form(
        several.author, f"/findings/{first}/respond", disposition="clarified",
        explanation="It is so.", nothing_withheld="yes", back="kind=C",
    )  # fmt: skip
    assert sent.status_code == 303
    assert sent.headers["location"] == f"/findings/desk?kind=C&did={first}"
    strange = post_form(
        several.author, f"/findings/{desk['rows'][1]['id']}/respond", disposition="clarified",
        explanation="It is so.", nothing_withheld="yes", back="//evil.example/?a=b",
    )  # fmt: skip
    assert strange.headers["location"].startswith("/findings/desk?")


def test_only_class_a_is_accepted_together_and_the_rest_is_named(several: SharedWorld) -> None:
    desk = several.author.client.get("/api/v1/findings/desk").json()
    ids = [row["id"] for row in desk["rows"]]
    stranger = "fnd_00000000000000000000"
    made = post_json(
        several.author, "/findings/accept-several", findings=[*ids, stranger],
        explanation="You are right.", nothing_withheld=True,
    ).json()  # fmt: skip
    assert made["done"] == 2
    assert [one["done"] for one in made["outcomes"]] == [False, False, True, True, False]
    assert [e.event for e in entries(several, action="finding:answer")] == ["FindingResponded"] * 2
    again = post_form(
        several.author, "/findings/accept-several", findings=ids, explanation="Again.",
        nothing_withheld="yes",
    )  # fmt: skip
    assert again.status_code == 200
    assert "not of class A" in again.text
    refused = post_json(
        several.approver, "/findings/accept-several", findings=ids, explanation="Mine.",
        nothing_withheld=True,
    )  # fmt: skip
    assert refused.status_code == 403
    assert entries(several, action="finding:several:answer")[-1].outcome == "denied"


def test_who_does_not_answer_for_it_accepts_nothing(several: SharedWorld) -> None:
    desk = several.author.client.get("/api/v1/findings/desk?kind=A").json()
    ids = [row["id"] for row in desk["rows"]]
    made = post_json(
        several.second_author, "/findings/accept-several", findings=ids, explanation="Mine.",
        nothing_withheld=True,
    ).json()  # fmt: skip
    assert (made["done"], {one["number"] for one in made["outcomes"]}) == (0, {""})
    assert several.rows("SELECT count(*) FROM responses") == [(0,)]


def test_no_name_reaches_an_author_by_any_way(shared: SharedWorld) -> None:
    """The positive control is the coordinator, who reads the same pages with the name."""
    finding = answered(shared)
    say(shared, shared.reviewer_a, finding, "To the publisher.")
    say(shared, shared.reviewer_a, finding, "Among ourselves.", internal=True)
    post_json(shared.reviewer_a, f"/findings/{finding}/contest", reason="It is not.")
    names = ("ORGA", "ORGA organisation", shared.organisations["ORGA"], "Reviewer A",
             shared.reviewer_a.id)  # fmt: skip
    paths = (*DESKS, f"/findings/desk?finding={finding}", f"/findings/{finding}",
             f"/api/v1/findings/{finding}", "/", "/notices", "/findings/decisions")  # fmt: skip
    for path in paths:
        answer = shared.author.client.get(path)
        assert answer.status_code == 200, path
        said = f"{answer.text}\n{dict(answer.headers)}"
        assert [name for name in names if name in said] == [], path
        assert "Among ourselves" not in said
    seen = "".join(shared.coordinator.client.get(path).text for path in DESKS[:-2])
    assert "ORGA organisation" in seen
    assert "FC-ORGA-0001" in seen
    shared.change("UPDATE organisations SET names_itself_to_authors = true WHERE code = 'ORGA'")
    assert "ORGA organisation" in shared.author.client.get("/findings/desk.csv").text


def test_the_document_reads_what_its_reader_may_read(shared: SharedWorld) -> None:
    cleared(shared, shared.coordinator)
    finding = routed(shared, statement="=The GATEHOUSE stands here.\n# Not a heading")
    shared.change(
        "UPDATE grants SET lifted = '{}' WHERE working AND organisation_id = :o",
        o=shared.organisations["PUB"],
    )
    alone = shared.author.client.get("/findings/desk.md").text
    assert "GATEHOUSE" not in alone
    assert "You are not cleared for this text." in alone
    full = shared.coordinator.client.get("/findings/desk.md").text
    assert "> =The GATEHOUSE stands here.\n> # Not a heading" in full
    table = list(csv.reader(io.StringIO(shared.coordinator.client.get("/findings/desk.csv").text)))
    assert "'=The GATEHOUSE" in table[1][11]
    exported = [e for e in entries(shared) if e.event == "DeskExported"]
    assert len(exported) == 3
    assert all(e.content.get("findings") or e.facts["findings"] == [finding] for e in exported)


def test_the_desk_is_for_those_who_answer(shared: SharedWorld) -> None:
    routed(shared)
    for path in DESKS:
        assert shared.reviewer_a.client.get(path).status_code == 404, path
        assert shared.responder.client.get(path).status_code in (403, 404), path
    assert {e.outcome for e in entries(shared, action="finding:desk:export")} == {"denied"}
    empty = shared.second_author.client.get("/findings/desk").text
    assert "Nothing waits for your answer." in empty


def test_the_coordinators_queue_has_what_nobody_answers_for(shared: SharedWorld) -> None:
    finding = filed(shared)
    route_finding(shared.worker, finding_id=finding)
    queue = shared.coordinator.client.get("/api/v1/findings/desk?whose=queue").json()
    assert [row["id"] for row in queue["rows"]] == [finding]
    mine = shared.author.client.get("/api/v1/findings/desk?whose=all").json()
    assert (mine["whose"], mine["rows"]) == ("mine", [])


def test_rejections_wait_for_somebody_else(shared: SharedWorld) -> None:
    cleared(shared, shared.coordinator, shared.approver)
    finding = answered(shared, disposition="rejected")
    for someone in (shared.coordinator, shared.approver):
        rows = someone.client.get("/api/v1/findings/decisions").json()
        assert [row["id"] for row in rows] == [finding]
        assert "One rejection to decide" in someone.client.get("/findings/decisions").text
    for someone in (shared.author, shared.reviewer_a, shared.auditor):
        assert someone.client.get("/api/v1/findings/decisions").json() == []
    assert "rejection to decide" in shared.approver.client.get("/").text


def test_a_slip_is_counted_for_no_author(shared: SharedWorld) -> None:
    owned_by(shared, shared.author)
    finding = filed(shared, finding_class="H", statement="SLIPWORDS")
    shared.change("UPDATE findings SET author_id = :a", a=shared.author.id)
    for path in (*DESKS, "/findings", "/api/v1/findings", "/", "/api/v1/home"):
        said = shared.author.client.get(path).text
        assert finding not in said
        assert "SLIPWORDS" not in said
    desk = shared.author.client.get("/api/v1/findings/desk?show=all").json()
    assert (desk["total"], desk["counts"]["all"]) == (0, 0)
    missing = "fnd_00000000000000000000"
    refused, unknown = (
        shared.author.client.get(f"/findings/desk?finding={one}") for one in (finding, missing)
    )
    assert (refused.status_code, unknown.status_code) == (404, 404)
    assert shared.coordinator.client.get("/api/v1/findings/desk?show=all").json()["total"] == 1


def test_what_others_wrote_is_no_markup_in_the_document(shared: SharedWorld) -> None:
    cleared(shared, shared.coordinator)
    typed = "![seen](https://evil.example/p.png) <b>x</b>\n# Ours?"
    filed(shared, statement=typed)
    document = shared.coordinator.client.get("/findings/desk.md").text
    assert "> \\!\\[seen](https://evil.example/p.png) \\<b>x\\</b>\n> # Ours?" in document
    assert "![" not in document
    assert " <b" not in document
