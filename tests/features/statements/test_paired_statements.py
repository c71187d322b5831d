"""Each intention about statements, as a form and as JSON: the same rows, entries and jobs."""

import pytest

from app.web import csrf
from tests.features.findings.situations import cleared
from tests.features.statements.situations import (
    begun,
    commented,
    read_by,
    release_of,
    released,
    righted,
    said_of,
    shared_draft,
    wrote,
)
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.reports import grant_internally
from tests.worlds.shared import SharedWorld

SAFE = {"nothing_withheld": "yes"}


@pytest.fixture(autouse=True)
def _nothing_is_begun(pair: Doors) -> None:
    """Let each test begin a statement of its own in the rooms that all of them share."""
    ended = "UPDATE statements SET state = 'discarded', shared_at = NULL, released_at = NULL"
    pair.both(lambda world: world.change(ended))
    pair.both(lambda world: righted(world, "none"))


def _written(world: SharedWorld) -> str:
    statement = begun(world)
    wrote(world, statement)
    return statement


@pytest.mark.paired("/reviews/{review_id}/statement")
def test_starting_a_statement(pair: Doors) -> None:
    def path(world: SharedWorld) -> str:
        return f"/reviews/{world.made.review_a}/statement"

    pair.assert_alike(
        lambda w: post_form(w.reviewer_a, path(w), version_id=w.made.version_id),
        lambda w: post_json(w.reviewer_a, path(w), version_id=w.made.version_id),
    )


@pytest.mark.paired("/statements/{statement_id}/sections/{topic}")
def test_keeping_a_section(pair: Doors) -> None:
    of = pair.ids(begun)
    pair.assert_alike(
        lambda w: post_form(
            w.lead_a, f"/statements/{of(w)}/sections/rigour", text="Words.", revision="0"
        ),
        lambda w: post_json(
            w.lead_a, f"/statements/{of(w)}/sections/rigour", text="Words.", revision=0
        ),
    )


def _upload(world: SharedWorld, statement: str, api: str) -> object:
    path = f"{api}/statements/{statement}/file"
    return world.lead_a.client.post(path, files={"file": ("a.md", b"# Ours\n")})


@pytest.mark.paired("/statements/{statement_id}/file")
def test_uploading_a_statement(pair: Doors) -> None:
    of = pair.ids(begun)

    def by_form(world: SharedWorld) -> object:
        token = csrf.token_for(world.lead_a.csrf_secret)
        return world.lead_a.client.post(
            f"/statements/{of(world)}/file",
            data={"csrf_token": token},
            files={"file": ("a.md", b"# Ours\n")},
        )

    pair.assert_alike(by_form, lambda w: _upload(w, of(w), "/api/v1"))  # type: ignore[arg-type]


@pytest.mark.paired("/statements/{statement_id}/file-removal")
def test_taking_the_file_off(pair: Doors) -> None:
    def made(world: SharedWorld) -> str:
        statement = begun(world)
        _upload(world, statement, "/api/v1")
        return statement

    of = pair.ids(made)
    pair.assert_alike(
        lambda w: post_form(w.lead_a, f"/statements/{of(w)}/file-removal"),
        lambda w: post_json(w.lead_a, f"/statements/{of(w)}/file-removal"),
    )


@pytest.mark.paired("/statements/{statement_id}/discard")
def test_discarding_a_draft(pair: Doors) -> None:
    of = pair.ids(begun)
    pair.assert_alike(
        lambda w: post_form(w.lead_a, f"/statements/{of(w)}/discard"),
        lambda w: post_json(w.lead_a, f"/statements/{of(w)}/discard"),
    )


@pytest.mark.paired("/statements/{statement_id}/share")
def test_sharing_a_draft(pair: Doors) -> None:
    of = pair.ids(_written)
    pair.assert_alike(
        lambda w: post_form(w.lead_a, f"/statements/{of(w)}/share", days="7", **SAFE),
        lambda w: post_json(w.lead_a, f"/statements/{of(w)}/share", days=7, nothing_withheld=True),
        sealed=True,
    )


@pytest.mark.paired(
    "/statements/{statement_id}/comments",
    "/statements/{statement_id}/comments/{comment_id}/decision",
)
def test_commenting_and_deciding(pair: Doors) -> None:
    pair.both(lambda w: cleared(w, w.coordinator))
    of = pair.ids(shared_draft)
    said = {"kind": "fact", "section": "rigour", "comment": "There are three."}
    pair.assert_alike(
        lambda w: post_form(w.coordinator, f"/statements/{of(w)}/comments", **said, **SAFE),
        lambda w: post_json(
            w.coordinator, f"/statements/{of(w)}/comments", **said, nothing_withheld=True
        ),
    )
    comment = pair.ids(lambda w: str(commented(w, of(w)).json()["id"]))
    chosen = {"decision": "in_part", "reason": "Two of them."}
    pair.assert_alike(
        lambda w: post_form(
            w.lead_a, f"/statements/{of(w)}/comments/{comment(w)}/decision", **chosen
        ),
        lambda w: post_json(
            w.lead_a, f"/statements/{of(w)}/comments/{comment(w)}/decision", **chosen
        ),
    )


@pytest.mark.paired("/statements/{statement_id}/publication")
def test_deciding_about_publication(pair: Doors) -> None:
    pair.both(lambda w: righted(w, "approval"))
    of = pair.ids(shared_draft)
    ended = {"decision": "no_more_comments"}
    pair.assert_alike(
        lambda w: post_form(w.approver, f"/statements/{of(w)}/publication", **ended),
        lambda w: post_json(w.approver, f"/statements/{of(w)}/publication", **ended),
        sealed=True,
    )
    said = {id(w): said_of(w, of(w)) for w in (pair.html, pair.json)}
    refused = {"decision": "refused", "reason": "It names a customer."}
    pair.assert_alike(
        lambda w: post_form(
            w.approver, f"/statements/{of(w)}/publication", digest=said[id(w)], **refused, **SAFE
        ),
        lambda w: post_json(
            w.approver, f"/statements/{of(w)}/publication",
            digest=said[id(w)], nothing_withheld=True, **refused,
        ),
        sealed=True,
    )  # fmt: skip


@pytest.mark.paired("/statements/{statement_id}/narrowing")
def test_stating_that_nothing_is_withheld(pair: Doors) -> None:
    def unnarrowed(world: SharedWorld) -> str:
        statement = _written(world)
        assert post_json(world.lead_a, f"/statements/{statement}/share", days=7).is_success
        grant_internally(world, world.made, world.approver)
        return statement

    of = pair.ids(unnarrowed)
    read = {id(w): read_by(w, of(w), w.approver) for w in (pair.html, pair.json)}
    pair.assert_alike(
        lambda w: post_form(
            w.approver, f"/statements/{of(w)}/narrowing", digest=read[id(w)], **SAFE
        ),
        lambda w: post_json(
            w.approver, f"/statements/{of(w)}/narrowing",
            digest=read[id(w)], nothing_withheld=True,
        ),
        sealed=True,
    )  # fmt: skip


@pytest.mark.paired("/statements/{statement_id}/seal", "/statements/{statement_id}/release")
def test_preparing_and_releasing(pair: Doors) -> None:
    of = pair.ids(_written)
    pair.assert_alike(
        lambda w: post_form(w.lead_a, f"/statements/{of(w)}/seal"),
        lambda w: post_json(w.lead_a, f"/statements/{of(w)}/seal"),
        sealed=True,
    )
    signed = {id(w): release_of(w, of(w)) for w in (pair.html, pair.json)}
    events = pair.assert_alike(
        lambda w: post_form(w.lead_a, f"/statements/{of(w)}/release", **signed[id(w)], **SAFE),
        lambda w: post_json(
            w.lead_a, f"/statements/{of(w)}/release", **signed[id(w)], nothing_withheld=True
        ),
        sealed=True,
    )
    assert "StatementReleased" in events


@pytest.mark.paired("/statements/{statement_id}/withdraw", "/statements/{statement_id}/evidence")
def test_taking_the_evidence_and_withdrawing(pair: Doors) -> None:
    of = pair.ids(released)
    pair.assert_alike(
        lambda w: post_form(w.lead_a, f"/statements/{of(w)}/evidence"),
        lambda w: post_json(w.lead_a, f"/statements/{of(w)}/evidence"),
        sealed=True,
    )
    pair.assert_alike(
        lambda w: post_form(w.lead_a, f"/statements/{of(w)}/withdraw", reason="Wrong."),
        lambda w: post_json(w.lead_a, f"/statements/{of(w)}/withdraw", reason="Wrong."),
        sealed=True,
    )


@pytest.mark.paired("/reviews/{review_id}/publication")
def test_setting_the_publication_right(pair: Doors) -> None:
    def nobody_had_access(world: SharedWorld) -> None:
        world.change("DELETE FROM undertakings")
        world.change("DELETE FROM receipts")
        world.change("UPDATE grants SET state = 'requested' WHERE review_id IS NOT NULL")

    pair.both(nobody_had_access)
    terms = {"publication_right": "approval", "payment": "unpaid"}
    pair.assert_alike(
        lambda w: post_form(w.coordinator, f"/reviews/{w.made.review_a}/publication", **terms),
        lambda w: post_json(w.coordinator, f"/reviews/{w.made.review_a}/publication", **terms),
    )
