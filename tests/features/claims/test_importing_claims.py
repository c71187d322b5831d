"""Claims come from CSV and YAML after a look at what they would make, and go out the same."""

import csv
import io

import yaml

from tests.features.claims.situations import HIDDEN, LATER, OPEN, four_claims, rows_of
from tests.worlds.doors import post_form, post_json
from tests.worlds.entries import entries
from tests.worlds.reports import SEC
from tests.worlds.shared import SharedWorld

GOOD = f"""Claim,Text,Pathway,Load-bearing,Owner
1.1,{OPEN},1,yes,Second Author
1.2,"{LATER}",1,no,
"""


def path(world: SharedWorld, rest: str = "import") -> str:
    """Give an address of the register."""
    return f"/versions/{world.made.version_id}/claims/{rest}"


def test_a_list_is_looked_at_before_it_is_made(shared: SharedWorld) -> None:
    look = post_form(shared.author, path(shared), sheet=GOOD)
    assert look.status_code == 200
    assert "Two claims can be made" in look.text
    assert shared.rows("SELECT id FROM claims") == []
    made = post_form(shared.author, path(shared), sheet=GOOD, apply="yes")
    assert made.status_code == 303, made.text
    assert [row["code"] for row in rows_of(shared, shared.author)] == ["1.1", "1.2"]
    assert shared.rows("SELECT person_id FROM ownerships") == [(shared.second_author.id,)]
    done = [e.event for e in entries(shared, outcome="done")]
    assert done.count("ClaimMarked") == 2
    assert done[-1] == "ClaimsImported"
    assert OPEN not in str([e.core for e in entries(shared, outcome="done")])


def test_what_cannot_be_taken_is_said_row_by_row_and_nothing_is_made(shared: SharedWorld) -> None:
    sheet = (
        "code,quote,page,words,pathway,owners,evidence,load_bearing\n"
        "1.1,words that stand nowhere,,,1,,,\n"
        f"1.1,{OPEN},,,900,Nobody Here,No such item,perhaps\n"
        "the risk,,2,0-3,,,,\n"
        "3,,2,0-999,,,,\n"
        "4,,,,,,,\n"
    )
    found = post_json(shared.author, path(shared), sheet=sheet).json()
    faults = [row["faults"] for row in found["rows"]]
    assert (found["good"], found["made"]) == (0, 0)
    assert faults[0] == ["quote: these words do not stand in your edition."]
    assert [said.partition(":")[0] for said in faults[1]] == [
        "code", "pathway", "load_bearing", "owners", "evidence",
    ]  # fmt: skip
    assert faults[2][0].startswith("code:")
    assert faults[3][0].startswith("words:")
    assert faults[4][0].startswith("quote: give")
    refused = post_json(shared.author, path(shared), sheet=sheet, apply=True)
    assert refused.status_code == 422
    assert "Row 2" in refused.json()["fields"]["sheet"]
    assert shared.rows("SELECT id FROM claims") == []
    for broken in ("no table at all", "a: &x [1]\nb: *x", "claims: 3"):
        assert post_json(shared.author, path(shared), sheet=broken).status_code == 422


def test_what_goes_out_comes_in_again(shared: SharedWorld) -> None:
    four_claims(shared)
    before = [(row["code"], row["page"], row["quote"]) for row in rows_of(shared, shared.author)]
    for form in ("csv", "yaml"):
        out = shared.author.client.get(path(shared, f"export?format={form}"))
        assert out.headers["content-disposition"] == f'attachment; filename="claims.{form}"'
        shared.change("UPDATE claims SET ended_at = now(), ended_as = 'removed'")
        made = post_json(shared.author, path(shared), sheet=out.text, apply=True)
        assert made.status_code == 200, made.text
        after = [(r["code"], r["page"], r["quote"]) for r in rows_of(shared, shared.author)]
        assert after == before
    exported = entries(shared, action="report:claims:read", outcome="allowed")
    assert [e.event for e in exported].count("ClaimsExported") == 2


def test_a_reviewers_export_is_their_register(shared: SharedWorld) -> None:
    four_claims(shared)
    out = shared.reviewer_b.client.get(path(shared, "export?format=csv")).text
    rows = list(csv.DictReader(io.StringIO(out)))
    assert len(rows) == 3
    assert "owners" not in rows[0]
    assert SEC not in out
    assert HIDDEN not in out
    listed = yaml.safe_load(shared.reviewer_b.client.get(path(shared, "export?format=yaml")).text)
    assert len(listed["claims"]) == 3


def test_nobody_else_imports(shared: SharedWorld) -> None:
    for who in ("reviewer_a", "responder", "auditor"):
        answer = post_json(shared.people[who], path(shared), sheet=GOOD, apply=True)
        assert answer.status_code in (403, 404)
    assert shared.rows("SELECT id FROM claims") == []
    assert len(entries(shared, action="report:claim:mark", outcome="denied")) == 3
