"""Each intention about drafts of findings, as a form and as JSON: the same rows, entries, jobs."""

import json

import pytest

from tests.features.findings.filing_situations import (
    PDF,
    WRITTEN,
    drafted,
    lead_files,
    looked_at,
    opened,
    with_file,
)
from tests.features.findings.situations import passage
from tests.world import Someone
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.shared import SharedWorld

REFERENCES = [{"title": "Run 14", "where": "annex 2", "quoted": "312 of 4,000"}]
SHEET = "Page,Passage,Kind,What is wrong\n1,reads every transcript,E,A sample only.\n"


@pytest.mark.paired("/findings/drafts")
def test_drafting_a_finding(pair: Doors) -> None:
    typed = {
        "reference_title": ["Run 14", ""],
        "reference_where": ["annex 2", ""],
        "reference_quoted": ["312 of 4,000", ""],
    }
    events = pair.assert_alike(
        lambda w: post_form(w.reviewer_a, "/findings/drafts", **passage(w), **WRITTEN, **typed),
        lambda w: post_json(
            w.reviewer_a, "/findings/drafts", **passage(w), **WRITTEN, references=REFERENCES
        ),
    )
    assert events == ["PageRead"], "in the log it is one more page read"


@pytest.mark.paired("/findings/drafts/{draft_id}")
def test_changing_a_draft(pair: Doors) -> None:
    path = pair.ids(lambda w: f"/findings/drafts/{drafted(w)}")
    body = {**WRITTEN, "statement": "It reads one in ten."}
    events = pair.assert_alike(
        lambda w: post_form(w.reviewer_a, path(w), revision=1, **body),
        lambda w: post_json(w.reviewer_a, path(w), revision=1, **body),
    )
    assert events == ["PageRead"]


@pytest.mark.paired("/findings/drafts/{draft_id}/place")
def test_placing_a_draft_anew(pair: Doors) -> None:
    path = pair.ids(lambda w: f"/findings/drafts/{drafted(w)}/place")
    pair.assert_alike(
        lambda w: post_form(w.reviewer_a, path(w), page=3, quote="the last year"),
        lambda w: post_json(w.reviewer_a, path(w), page=3, quote="the last year"),
    )


@pytest.mark.paired("/findings/drafts/{draft_id}/people")
def test_opening_a_draft_to_a_colleague(pair: Doors) -> None:
    path = pair.ids(lambda w: f"/findings/drafts/{drafted(w)}/people")
    pair.assert_alike(
        lambda w: post_form(w.reviewer_a, path(w), who="some", people=[w.lead_a.id]),
        lambda w: post_json(w.reviewer_a, path(w), people=[w.lead_a.id]),
    )


@pytest.mark.paired("/findings/drafts/{draft_id}/ready")
def test_marking_a_draft_ready_for_the_lead(pair: Doors) -> None:
    pair.both(lead_files)
    path = pair.ids(lambda w: f"/findings/drafts/{drafted(w)}/ready")
    pair.assert_alike(
        lambda w: post_form(w.reviewer_a, path(w), ready="yes"),
        lambda w: post_json(w.reviewer_a, path(w), ready=True),
    )
    pair.both(lambda w: w.change("UPDATE reviews SET submitted_by = 'any'"))


@pytest.mark.paired("/findings/drafts/{draft_id}/remove")
@pytest.mark.paired("/findings/drafts/{draft_id}/restore")
def test_removing_a_draft_and_bringing_it_back(pair: Doors) -> None:
    path = pair.ids(lambda w: f"/findings/drafts/{drafted(w)}")
    for act in ("remove", "restore"):
        pair.assert_alike(
            lambda w, act=act: post_form(w.reviewer_a, f"{path(w)}/{act}"),
            lambda w, act=act: post_json(w.reviewer_a, f"{path(w)}/{act}"),
        )


def _form_file(someone: Someone, path: str) -> object:
    from app.web import csrf

    return someone.client.post(
        path,
        data={"csrf_token": csrf.token_for(someone.csrf_secret), "title": "The run's own record"},
        files={"file": ("a.pdf", PDF)},
    )


@pytest.mark.paired("/findings/drafts/{draft_id}/files")
@pytest.mark.paired("/findings/drafts/{draft_id}/files/remove")
def test_adding_a_file_and_taking_it_off(pair: Doors) -> None:
    draft = pair.ids(drafted)
    pair.assert_alike(
        lambda w: _form_file(w.reviewer_a, f"/findings/drafts/{draft(w)}/files"),  # type: ignore[arg-type, return-value]  # a response
        lambda w: with_file(w, draft(w)),
    )
    file = {
        id(world): str(world.rows("SELECT id FROM guarded_files")[0][0])
        for world in (pair.html, pair.json)
    }
    path = "/findings/drafts/{}/files/remove"
    pair.assert_alike(
        lambda w: post_form(w.reviewer_a, path.format(draft(w)), file_id=file[id(w)]),
        lambda w: post_json(w.reviewer_a, path.format(draft(w)), file_id=file[id(w)]),
    )


@pytest.mark.paired("/findings/drafts/file")
def test_filing_several_drafts_at_once(pair: Doors) -> None:
    made = {id(w): [opened(w), drafted(w)] for w in (pair.html, pair.json)}
    events = pair.assert_alike(
        lambda w: post_form(w.reviewer_a, "/findings/drafts/file", drafts=made[id(w)]),
        lambda w: post_json(w.reviewer_a, "/findings/drafts/file", drafts=made[id(w)]),
    )
    assert events.count("FindingFiled") == 2
    numbers = pair.html.rows("SELECT number FROM findings ORDER BY 1")
    assert numbers == [("FC-ORGA-0001",), ("FC-ORGA-0002",)]


@pytest.mark.paired("/findings/import/preview")
def test_looking_at_what_a_file_would_make(pair: Doors) -> None:
    pair.assert_alike(
        lambda w: post_form(
            w.reviewer_a, "/findings/import/preview", review_id=w.made.review_a, sheet=SHEET
        ),
        lambda w: looked_at(w, sheet=SHEET),
        shows=200,
    )


@pytest.mark.paired("/findings/import")
def test_making_drafts_of_a_file(pair: Doors) -> None:
    seen = {id(w): looked_at(w, sheet=SHEET).json() for w in (pair.html, pair.json)}

    def by_form(world: SharedWorld) -> object:
        found = json.dumps([row["candidate"] for row in seen[id(world)]["rows"]])
        return post_form(
            world.reviewer_a, "/findings/import", review_id=world.made.review_a, source="csv",
            found=found, then="exact",
        )  # fmt: skip

    def by_json(world: SharedWorld) -> object:
        return post_json(
            world.reviewer_a, "/findings/import", review_id=world.made.review_a, source="csv",
            candidates=[row["candidate"] for row in seen[id(world)]["rows"]], all_exact=True,
        )  # fmt: skip

    events = pair.assert_alike(by_form, by_json)  # type: ignore[arg-type]  # responses
    assert set(events) == {"PageRead"}
