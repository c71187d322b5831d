"""What is confined stays out of statements, whoever points to it: findings, kept requests."""

from tests.features.findings.situations import filed
from tests.features.statements.situations import begun, released, wrote
from tests.worlds.doors import post_json
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
