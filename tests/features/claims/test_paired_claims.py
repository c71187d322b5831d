"""Each intention about claims, as a form and as JSON: the same."""

import pytest

from tests.features.claims.situations import LATER, OPEN, marked_claim
from tests.features.claims.test_coverage_and_evidence import put_evidence
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.reports import SEC
from tests.worlds.shared import SharedWorld

QUOTE = f"All traffic passes the {SEC} before it reaches a model."


def version(world: SharedWorld, part: str) -> str:
    """Give an address below the version."""
    return f"/versions/{world.made.version_id}/{part}"


@pytest.mark.paired("/versions/{version_id}/claims")
def test_marking_a_claim(pair: Doors) -> None:
    claim = {"code": "1.1", "quote": QUOTE}
    events = pair.assert_alike(
        lambda w: post_form(
            w.author, version(w, "claims"), pathway="3", load_bearing="yes",
            owner_id=w.second_author.id, **claim,
        ),
        lambda w: post_json(
            w.author, version(w, "claims"), pathway=3, load_bearing=True,
            owner_id=w.second_author.id, **claim,
        ),
    )  # fmt: skip
    assert {"ClaimMarked", "OwnerAssigned"} <= set(events)


@pytest.mark.paired("/versions/{version_id}/claims/import")
def test_importing_claims(pair: Doors) -> None:
    sheet = f"code,quote,pathway,pathway_title\n2.1,{OPEN},2,Steering\n"
    events = pair.assert_alike(
        lambda w: post_form(w.author, version(w, "claims/import"), sheet=sheet, apply="yes"),
        lambda w: post_json(w.author, version(w, "claims/import"), sheet=sheet, apply=True),
    )
    assert {"ClaimMarked", "PathwayNamed", "ClaimsImported"} <= set(events)


@pytest.mark.paired("/versions/{version_id}/pathways")
def test_naming_a_pathway(pair: Doors) -> None:
    named = {"number": 9, "title": "Acting for somebody"}
    events = pair.assert_alike(
        lambda w: post_form(w.author, version(w, "pathways"), nothing_withheld="yes", **named),
        lambda w: post_json(w.author, version(w, "pathways"), nothing_withheld=True, **named),
    )
    assert events == ["PathwayNamed"]


@pytest.mark.paired("/versions/{version_id}/owners")
def test_naming_an_owner(pair: Doors) -> None:
    ((section,), *_) = pair.html.rows("SELECT id FROM sections ORDER BY ordinal")
    events = pair.assert_alike(
        lambda w: post_form(
            w.coordinator, version(w, "owners"), owner=w.author.id, part=str(section), rank="1"
        ),
        lambda w: post_json(
            w.coordinator, version(w, "owners"), person_id=w.author.id, section_id=section, rank=1
        ),
    )
    assert events == ["OwnerAssigned"]


@pytest.mark.paired("/versions/{version_id}/owners/remove")
def test_taking_an_owner_back(pair: Doors) -> None:
    owner = pair.ids(
        lambda w: str(
            post_json(w.coordinator, version(w, "owners"), person_id=w.author.id).json()["id"]
        )
    )
    events = pair.assert_alike(
        lambda w: post_form(w.coordinator, version(w, "owners/remove"), ownership_id=owner(w)),
        lambda w: post_json(w.coordinator, version(w, "owners/remove"), ownership_id=owner(w)),
    )
    assert events == ["OwnerRemoved"]


@pytest.mark.paired("/claims/{claim_id}")
def test_changing_a_claim(pair: Doors) -> None:
    claim = pair.ids(lambda w: marked_claim(w, "4", OPEN))
    wish = {"code": "4.1", "quote": LATER}
    events = pair.assert_alike(
        lambda w: post_form(w.author, f"/claims/{claim(w)}", pathway="2", **wish),
        lambda w: post_json(w.author, f"/claims/{claim(w)}", pathway=2, **wish),
    )
    assert "ClaimSuperseded" in events


@pytest.mark.paired("/claims/{claim_id}/move")
def test_moving_a_claim(pair: Doors) -> None:
    pair.both(lambda w: (marked_claim(w, "5", OPEN, pathway=5), None)[1])
    claim = pair.ids(lambda w: marked_claim(w, "6", LATER, pathway=5))
    events = pair.assert_alike(
        lambda w: post_form(w.author, f"/claims/{claim(w)}/move", direction="up"),
        lambda w: post_json(w.author, f"/claims/{claim(w)}/move", direction="up"),
    )
    assert events == ["ClaimMoved"]


@pytest.mark.paired("/claims/{claim_id}/remove")
def test_removing_a_claim(pair: Doors) -> None:
    claim = pair.ids(lambda w: marked_claim(w, "7", OPEN))
    events = pair.assert_alike(
        lambda w: post_form(w.author, f"/claims/{claim(w)}/remove"),
        lambda w: post_json(w.author, f"/claims/{claim(w)}/remove"),
    )
    assert events == ["ClaimRemoved"]


@pytest.mark.paired("/claims/{claim_id}/restore")
def test_bringing_a_claim_back(pair: Doors) -> None:
    def removed(world: SharedWorld) -> str:
        claim = marked_claim(world, "8", OPEN)
        post_json(world.author, f"/claims/{claim}/remove")
        return claim

    claim = pair.ids(removed)
    events = pair.assert_alike(
        lambda w: post_form(w.author, f"/claims/{claim(w)}/restore"),
        lambda w: post_json(w.author, f"/claims/{claim(w)}/restore"),
    )
    assert events == ["ClaimRestored"]


@pytest.mark.paired("/claims/{claim_id}/evidence")
@pytest.mark.paired("/claims/{claim_id}/evidence/remove")
def test_naming_evidence_and_taking_it_off(pair: Doors) -> None:
    item = pair.ids(put_evidence)
    claim = pair.ids(lambda w: marked_claim(w, "9", OPEN))
    events = pair.assert_alike(
        lambda w: post_form(w.author, f"/claims/{claim(w)}/evidence", item_id=item(w), note="So"),
        lambda w: post_json(w.author, f"/claims/{claim(w)}/evidence", item_id=item(w), note="So"),
    )
    assert events == ["EvidenceLinked"]
    events = pair.assert_alike(
        lambda w: post_form(w.author, f"/claims/{claim(w)}/evidence/remove", item_id=item(w)),
        lambda w: post_json(w.author, f"/claims/{claim(w)}/evidence/remove", item_id=item(w)),
    )
    assert events == ["EvidenceUnlinked"]
