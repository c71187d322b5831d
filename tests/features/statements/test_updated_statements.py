"""Updates: their differences, word by word, in every form; lists of what there is."""

import io

import docx
import pytest
from pypdf import PdfReader

from app.features.statements import listing
from app.features.statements.content import shortened, word_changes
from tests.features.statements.situations import (
    TEXT,
    begun,
    decided,
    release_of,
    released,
    righted,
    shared_draft,
    window_closed,
    wrote,
)
from tests.worlds.doors import post_form, post_json
from tests.worlds.entries import entries
from tests.worlds.reports import PII, grant_internally
from tests.worlds.shared import SharedWorld


def test_an_update_says_word_by_word_what_changed_in_every_form(shared: SharedWorld) -> None:
    first = released(shared)
    second = begun(shared)
    wrote(shared, second, TEXT.replace("two", "three"), revision=1)
    released(shared, second)
    client = shared.coordinator.client
    page = client.get(f"/statements/{second}").text
    assert "<del>two</del>" in page
    assert "<ins>three</ins>" in page
    appendix = client.get(f"/api/v1/statements/{second}/appendix").json()["update"]
    assert (appendix["edition"], appendix["shown"]) == (1, True)
    assert appendix["sections"] == [{"section": "Analytical rigour", "added": 1, "gone": 1}]
    signed = client.get(f"/statements/{second}/files/json").json()["update"]
    assert signed["sha256"] == appendix["digest"]
    assert ["gone", "two"] in signed["changes"][0]["words"]
    plain = client.get(f"/statements/{second}/files/md").text.replace("\\", "")
    document = docx.Document(io.BytesIO(client.get(f"/statements/{second}/files/docx").content))
    written = "\n".join(one.text for one in document.paragraphs)
    reader = PdfReader(io.BytesIO(client.get(f"/statements/{second}/files/pdf").content))
    printed = " ".join(" ".join(one.extract_text() for one in reader.pages).split())
    for text in (plain, written, printed):
        assert "What changed since the edition before" in text
        assert "[removed: two]" in text
        assert "[added: three]" in text
        assert "Differences to the edition before" in text
    assert "Words added" in client.get(f"/statements/{second}/appendix").text
    assert "update" not in client.get(f"/statements/{first}/files/json").json()


def test_an_update_repeats_no_word_of_an_edition_that_nobody_vouched_for(
    shared: SharedWorld,
) -> None:
    first = begun(shared)
    wrote(shared, first, f"{PII} tested it.")
    body = release_of(shared, first)
    assert post_json(shared.lead_a, f"/statements/{first}/release", **body).status_code == 200
    second = begun(shared)
    wrote(shared, second, "Somebody tested it.", revision=1)
    released(shared, second)
    client = shared.coordinator.client
    for form in ("md", "json"):
        assert PII not in client.get(f"/statements/{second}/files/{form}").text
    appendix = client.get(f"/api/v1/statements/{second}/appendix").json()["update"]
    assert (appendix["shown"], appendix["sections"][0]["gone"]) == (False, 2)
    view = client.get(f"/api/v1/statements/{second}")
    assert PII not in view.text
    grant_internally(shared, shared.made, shared.approver)
    assert PII in shared.approver.client.get(f"/statements/{second}").text  # the control


def test_an_update_hands_no_word_that_went_to_people_to_whom_it_was_not_open(
    shared: SharedWorld,
) -> None:
    first = begun(shared)
    wrote(shared, first, "The team lead refused to meet us. SWALLOWTAIL. The rest holds.")
    released(shared, first, open_to=["authors"])
    second = begun(shared)
    wrote(shared, second, "The rest holds.", revision=1)
    body = release_of(shared, second, nothing_withheld=True, hits_confirmed=True)
    path = f"/statements/{second}/release"
    wider = post_json(shared.lead_a, path, **body, open_to=["authors", "internal_readers"])
    said = wider.json()["fields"]["open_to"]
    assert (wider.status_code, "Internal readers of the publisher" in said) == (422, True)
    chosen = {**body, "nothing_withheld": "yes", "open_to": "internal_readers"}
    page = post_form(shared.lead_a, path, **chosen)
    assert (page.status_code, "not opened to these" in page.text) == (422, True)
    assert len(entries(shared, action="statement:release", outcome="done")) == 1
    assert post_json(shared.lead_a, path, **body, open_to=["authors"]).status_code == 200
    told = shared.second_author.client.get(f"/statements/{second}/files/md").text  # the control
    assert "SWALLOWTAIL" in told
    assert shared.internal_reader.client.get(f"/statements/{second}").status_code == 404


def test_an_update_shows_no_word_of_an_edition_that_was_withdrawn(shared: SharedWorld) -> None:
    first = begun(shared)
    wrote(shared, first, "The team lead refused to meet us. SWALLOWTAIL. The rest holds.")
    released(shared, first)
    second = begun(shared)
    wrote(shared, second, "The rest holds.", revision=1)
    body = release_of(shared, second, nothing_withheld=True, hits_confirmed=True)
    withdrawal = f"/statements/{first}/withdraw"
    assert post_json(shared.lead_a, withdrawal, reason="One sentence goes.").status_code == 200
    late = post_json(shared.lead_a, f"/statements/{second}/release", **body)
    assert (late.status_code, late.json()["code"]) == (409, "statement-unsealed")
    released(shared, second, open_to=["authors", "internal_readers"])
    for who in (shared.second_author, shared.internal_reader, shared.coordinator):
        for form in ("md", "json"):
            taken = who.client.get(f"/statements/{second}/files/{form}")
            assert (taken.status_code, "SWALLOWTAIL" in taken.text) == (200, False), who.name
    appendix = shared.coordinator.client.get(f"/api/v1/statements/{second}/appendix").json()
    assert (appendix["update"]["shown"], appendix["update"]["sections"][0]["gone"]) == (False, 8)


def test_an_approval_is_of_what_an_update_shows_too(shared: SharedWorld) -> None:
    first = released(shared)
    righted(shared, "approval")
    second = begun(shared)
    wrote(shared, second, TEXT.replace("two", "three"), revision=1)
    vouched = {"days": 7, "nothing_withheld": True, "hits_confirmed": True}
    assert post_json(shared.lead_a, f"/statements/{second}/share", **vouched).is_success
    assert decided(shared, second, "approved", shared.approver).status_code == 200
    window_closed(shared, second)
    path = f"/api/v1/reviews/{shared.made.review_a}/statement"
    assert shared.lead_a.client.get(path).json()["missing"] == []
    withdrawal = f"/statements/{first}/withdraw"
    assert post_json(shared.lead_a, withdrawal, reason="We were wrong.").status_code == 200
    assert shared.lead_a.client.get(path).json()["missing"] == ["changed"]
    refused = post_json(shared.lead_a, f"/statements/{second}/seal")
    assert (refused.status_code, refused.json()["code"]) == (409, "publication-right")


def test_long_texts_are_compared_in_time() -> None:
    old = " ".join(f"word{n % 7}" for n in range(9_000))
    new = " ".join(f"other{n % 7}" for n in range(9_000))
    assert [kind for kind, _ in word_changes(f"a {old} z", f"a {new} z")] == [
        "same", "gone", "added", "same",
    ]  # fmt: skip
    ((_, text),) = shortened([("same", old)], around=2)
    assert text == "word0 word1 … word3 word4"
    assert word_changes("", "") == ()


def _several(world: SharedWorld) -> dict[str, str]:
    """Have one statement of A shared and one of B released; gives their ids."""
    other = begun(world, world.lead_b, world.made.review_b)
    wrote(world, other, who=world.lead_b)
    body = {"nothing_withheld": True, "hits_confirmed": True}
    body |= release_of(world, other, world.lead_b)
    assert post_json(world.lead_b, f"/statements/{other}/release", **body).status_code == 200
    return {"A": shared_draft(world), "B": other}


def test_lists_are_filtered_sorted_and_paged_by_their_address(
    shared: SharedWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = _several(shared)
    client = shared.coordinator.client

    def listed(query: str) -> list[str]:
        rows = client.get(f"/api/v1/statements?{query}").json()["rows"]
        names = {statement: name for name, statement in made.items()}
        return [names[row["id"]] for row in rows]

    assert sorted(listed("")) == ["A", "B"]
    assert listed("show=shared") == listed("show=waiting") == ["A"]
    assert listed("show=released") == ["B"]
    assert listed("show=withdrawn") == []
    assert listed(f"organisation={shared.organisations['ORGB']}") == ["B"]
    assert listed("organisation=org_nowhere") == []
    assert sorted(listed(f"version={shared.made.version_id}")) == ["A", "B"]
    assert listed("version=ver_nowhere") == []
    assert listed("by=oldest") == listed("by=newest")[::-1]
    assert listed("by=organisation") == ["A", "B"]
    assert sorted(listed("by=report")) == ["A", "B"]
    assert client.get("/api/v1/statements?show=nonsense").status_code == 422
    assert client.get("/statements?show=nonsense&page=x").status_code == 200
    empty = client.get("/statements?show=withdrawn").text
    assert "Nothing of this kind." in empty
    monkeypatch.setattr(listing, "PAGE_SIZE", 1)
    page = client.get("/statements?by=organisation&page=2").text
    assert f"/statements/{made['B']}" in page
    assert "page=1" in page
    assert "by=organisation" in page
    assert "nothing on this page" in client.get("/statements?page=9").text


def test_an_organisation_filters_its_own_and_senses_no_other(shared: SharedWorld) -> None:
    made = _several(shared)
    client = shared.lead_a.client
    theirs = client.get(f"/api/v1/statements?organisation={shared.organisations['ORGB']}").json()
    nowhere = client.get("/api/v1/statements?organisation=org_nowhere").json()
    assert (theirs["rows"], theirs["counts"]) == (nowhere["rows"], nowhere["counts"])
    own = client.get("/api/v1/statements").json()
    assert (own["organisations"], own["counts"]["all"]) == ([], 1)
    page = client.get("/statements").text
    assert made["A"] in page
    assert made["B"] not in page
    assert "ORGB" not in page


def test_what_waits_for_a_decision_is_told_at_home_until_it_is_decided(
    shared: SharedWorld,
) -> None:
    righted(shared, "approval")
    statement = shared_draft(shared)
    window_closed(shared, statement)
    asked = "waits for your decision about publication"
    assert asked in shared.approver.client.get("/").text
    assert asked not in shared.author.client.get("/").text
    assert decided(shared, statement, "approved").status_code == 200
    assert asked not in shared.approver.client.get("/").text
