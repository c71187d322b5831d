"""What is confined stays out of statements, whoever points to it: findings, kept requests."""

from tests.features.assurances.situations import act, registered, requested, signature, wording
from tests.features.findings.situations import cleared, filed
from tests.features.statements.situations import begun, released, wrote
from tests.worlds.doors import post_json
from tests.worlds.requests import draft_body
from tests.worlds.shared import SharedWorld

ALL = ["authors", "internal_readers"]


def test_a_confidentiality_slip_is_in_no_statement(shared: SharedWorld) -> None:
    slip = filed(shared, finding_class="H", materiality="cosmetic")
    other = filed(shared)
    statement = begun(shared)
    path = f"/statements/{statement}/sections/rigour"
    refused = post_json(
        shared.lead_a, path, text="See there.", revision=0,
        points_to=[{"kind": "finding", "id": slip}],
    )  # fmt: skip
    assert set(refused.json()["fields"]) == {"points_to"}
    wrote(shared, statement, points_to=[{"kind": "finding", "id": other}])
    released(shared, statement, open_to=ALL)
    numbers = dict(shared.rows("SELECT id, number FROM findings"))
    for who in (shared.lead_a, shared.auditor, shared.second_author, shared.internal_reader):
        texts = [
            who.client.get(f"/api/v1/statements/{statement}").text,
            who.client.get(f"/api/v1/statements/{statement}/appendix").text,
            who.client.get(f"/statements/{statement}/files/md").text.replace("\\", ""),
        ]
        for text in texts:
            assert numbers[other] in text
            assert numbers[slip] not in text
        assert "onfidentiality slip" not in "".join(texts)


def test_a_kept_request_and_what_hangs_on_it_are_in_no_statement(shared: SharedWorld) -> None:
    cleared(shared, shared.coordinator, shared.approver)
    registered(shared, shared.author)
    kept, open_one = _assured(shared, kept=True), _assured(shared, kept=False)
    drafted = shared.lead_a.client.get(f"/api/v1/reviews/{shared.made.review_a}/statement/appendix")
    assert drafted.json()["pace"]["asked"] == 1
    statement = begun(shared)
    path = f"/statements/{statement}/sections/rigour"
    for kind, one in zip(("request", "assurance"), kept, strict=True):
        points = [{"kind": kind, "id": one}]
        refused = post_json(shared.lead_a, path, text="See.", revision=0, points_to=points)
        assert set(refused.json()["fields"]) == {"points_to"}, kind
    points = [
        {"kind": kind, "id": one}
        for kind, one in zip(("request", "assurance"), open_one, strict=True)
    ]
    wrote(shared, statement, points_to=points)
    released(shared, statement)
    for who in (shared.reviewer_a, shared.lead_a, shared.coordinator):
        appendix = who.client.get(f"/api/v1/statements/{statement}/appendix")
        view = who.client.get(f"/api/v1/statements/{statement}")
        for table, (hidden, shown) in {
            "requests": (kept[0], open_one[0]),
            "assurances": (kept[1], open_one[1]),
        }.items():
            numbers = dict(shared.rows(f"SELECT id, number FROM {table}"))
            assert [one["number"] for one in appendix.json()[table]] == [numbers[shown]]
            assert numbers[hidden] not in appendix.text + view.text
            assert numbers[shown] in view.text
        assert appendix.json()["pace"]["asked"] == 1


def _assured(world: SharedWorld, *, kept: bool) -> tuple[str, str]:
    """Have the lead ask for an assurance, kept to them or not, and get it; gives both ids."""
    body = draft_body(world.made, type="assurance",
                      expected_form="short_text")  # fmt: skip
    request = str(world.lead_a.client.post("/api/v1/requests", json=body).json()["id"])
    if kept:
        assert post_json(world.lead_a, f"/requests/{request}/people", people=[]).is_success
    assert post_json(world.lead_a, f"/requests/{request}/submit").is_success
    one = requested(world, request_id=request)
    assert act(world, "coordinator", one, "draft", **wording(world)).is_success
    assert act(world, "author", one, "signature", signature=signature(world, one)).is_success
    assert act(world, "approver", one, "release", nothing_withheld=True).is_success
    return request, one
