"""The second wall: with no application filter at all, PostgreSQL shows no foreign row."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from app.db.rls import WALLS
from tests.database import Database, DatabaseServer

A, B = "org_a", "org_b"
HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def seeded(database_server: DatabaseServer, worker_id: str) -> Iterator[Database]:
    """Give a database with one row of everything for each of two organisations."""
    made = database_server.clone(f"walls_{worker_id}")
    with made.owner.begin() as connection:
        connection.exec_driver_sql((HERE / "publisher.sql").read_text())
        for letter in ("a", "b"):
            script = (HERE / "organisation.sql").read_text().replace("§n", letter)
            connection.exec_driver_sql(script)
    yield made
    database_server.drop(made)


def _seen(engine: Engine, table: str, **context: str) -> list[Any]:
    with engine.begin() as connection:
        for key, value in context.items():
            connection.execute(
                text("SELECT set_config(:key, :value, true)"),
                {"key": f"vitrine.{key}", "value": value},
            )
        return [tuple(row) for row in connection.execute(text(f'SELECT * FROM "{table}"'))]


REVIEWER_A = {"side": "reviewer", "organisation": A, "person": "per_a"}
OWN_ROWS = (
    *("assessments", "attachments", "challenges", "edition_evidence", "evidence_items"),
    *("interviews", "interview_slots", "interview_notes"),
    *("comparisons", "compared_parts", "material_changes"),
    *(
        "claim_evidence",
        "answers",
        "claims",
        "counters",
        "editions",
        "edition_pages",
        "edition_outlines",
        "findings",
    ),
    *("grants", "guarded_fields", "identities", "invitations", "memberships", "notices"),
    *("finding_drafts", "guarded_files"),
    *("mails", "notice_preferences", "organisations", "shared_answers"),
    *("statements", "statement_drafts", "statement_sections", "statement_comments"),
    "statement_verdicts",
    *("assurances", "signatures", "signing_keys", "positions", "position_releases"),
    *("released_positions", "recommendations", "recommendation_responses"),
    "recommendation_adoptions",
    *("messages", "message_mentions", "thread_marks", "deletions", "open_points"),
    *(
        "pack_asked",
        "pack_runs",
        "pathways",
        "people",
        "providers",
        "question_packs",
        "reader_notes",
        "receipts",
        "redactions",
        "reports",
        "request_people",
        "requests",
    ),
    *(
        "responses",
        "reviews",
        "sections",
        "sessions",
        "stages",
        "terms",
        "undertakings",
        "versions",
    ),
)
NEVER_REVIEWER = (
    *(
        "assignments",
        "claim_carries",
        "part_carries",
        "internal_notes",
        "justification_templates",
        "ownerships",
    ),
    *("evidence_marks", "marks_not_needed", "redaction_comments", "sign_ins"),
    "assurance_drafts",
    *("absences", "team_members", "teams", "shared_from", "routing_rules"),
    *("claw_backs",),
)


def _is_foreign(row: tuple[Any, ...]) -> bool:
    return any(
        isinstance(cell, str) and (cell in (B, "per_b") or cell.endswith("_b")) for cell in row
    )


def test_every_table_has_a_forced_wall_and_a_line_in_the_list(seeded: Database) -> None:
    with seeded.owner.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT relname, relrowsecurity AND relforcerowsecurity AS walled FROM pg_class"
                " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
            )
        ).all()
    assert {row.relname for row in rows} == set(WALLS)
    assert [r.relname for r in rows if not r.walled and r.relname != "alembic_version"] == []


@pytest.mark.parametrize("table", OWN_ROWS)
def test_a_reviewer_sees_own_rows_and_no_foreign_one(seeded: Database, table: str) -> None:
    rows = _seen(seeded.web, table, **REVIEWER_A)
    assert rows, f"{table} shows nothing to its own organisation: the test would prove nothing"
    assert [row for row in rows if _is_foreign(row)] == []


@pytest.mark.parametrize("table", NEVER_REVIEWER)
def test_what_is_internal_is_hidden_from_reviewers(seeded: Database, table: str) -> None:
    assert _seen(seeded.web, table, **REVIEWER_A) == []
    assert _seen(seeded.owner, table) != []


@pytest.mark.parametrize("table", [*OWN_ROWS, *NEVER_REVIEWER])
def test_without_a_context_nothing_is_seen(seeded: Database, table: str) -> None:
    assert _seen(seeded.web, table) == []
    assert _seen(seeded.worker, table) == []


@pytest.mark.parametrize("table", [*OWN_ROWS, *NEVER_REVIEWER])
def test_taking_the_wall_out_shows_the_foreign_rows(seeded: Database, table: str) -> None:
    """The positive control: it is the wall that hides them."""
    _alter(seeded, table, "DISABLE")
    try:
        assert any(_is_foreign(row) for row in _seen(seeded.web, table, **REVIEWER_A))
    finally:
        _alter(seeded, table, "ENABLE")
    assert not any(_is_foreign(row) for row in _seen(seeded.web, table, **REVIEWER_A))


def _alter(seeded: Database, table: str, what: str) -> None:
    with seeded.owner.begin() as connection:
        connection.execute(text(f'ALTER TABLE "{table}" {what} ROW LEVEL SECURITY'))


@pytest.mark.parametrize("table", ["source_pages", "section_titles", "source_evidence"])
def test_the_web_role_holds_no_privilege_on_the_source(seeded: Database, table: str) -> None:
    with pytest.raises(Exception, match="permission denied"):
        _seen(seeded.web, table, side="system")
    assert _seen(seeded.worker, table, side="publisher", organisation="org_p") == []
    assert _seen(seeded.worker, table, side="system") != []


def test_the_web_role_cannot_take_the_side_of_the_system(seeded: Database) -> None:
    assert _seen(seeded.web, "requests", side="system") == []
    assert len(_seen(seeded.worker, "requests", side="system")) == 2


def test_an_edition_that_shows_too_much_is_hidden_even_from_its_own_organisation(
    seeded: Database,
) -> None:
    keys = {row[0] for row in _seen(seeded.web, "editions", **REVIEWER_A)}
    assert keys == {"cut_a"}


def test_an_edition_opens_when_its_categories_are_lifted_and_closes_with_the_grant(
    seeded: Database,
) -> None:
    with seeded.owner.begin() as connection:
        connection.execute(text("UPDATE grants SET lifted = '{LEG}' WHERE id = 'grt_a'"))
    assert len(_seen(seeded.web, "editions", **REVIEWER_A)) == 2
    for change in (
        "state = 'revoked'",
        "state = 'in_force', ends_at = now() - interval '1 second'",
    ):
        with seeded.owner.begin() as connection:
            connection.execute(text(f"UPDATE grants SET {change} WHERE id = 'grt_a'"))
        for table in (
            "editions",
            "edition_pages",
            "edition_evidence",
            "sections",
            "claims",
            "redactions",
        ):
            assert _seen(seeded.web, table, **REVIEWER_A) == []
        assert _seen(seeded.web, "findings", **REVIEWER_A) != []
    _change_grant(seeded, "state = 'in_force', lifted = '{PII}', ends_at = now() + interval '9 d'")


def _change_grant(seeded: Database, change: str) -> None:
    with seeded.owner.begin() as connection:
        connection.execute(text(f"UPDATE grants SET {change} WHERE id = 'grt_a'"))


def test_the_publisher_has_no_edition_without_an_internal_grant(seeded: Database) -> None:
    publisher = {"side": "publisher", "organisation": "org_p", "person": "per_p"}
    assert _seen(seeded.web, "editions", **publisher) == []
    assert _seen(seeded.web, "requests", **publisher) != []


def test_a_draft_of_an_assessment_is_hidden_from_the_publisher_until_it_is_shared(
    seeded: Database,
) -> None:
    publisher = {"side": "publisher", "organisation": "org_p", "person": "per_p"}
    assert _seen(seeded.web, "assessments", **publisher) == []
    with seeded.owner.begin() as connection:
        connection.execute(text("UPDATE assessments SET state = 'shared' WHERE id = 'asm_a'"))
    assert [row[0] for row in _seen(seeded.web, "assessments", **publisher)] == ["asm_a"]
    with seeded.owner.begin() as connection:
        connection.execute(text("UPDATE assessments SET state = 'draft'"))


def test_a_setting_does_not_outlive_its_transaction(seeded: Database) -> None:
    with seeded.web.connect() as connection:
        with connection.begin():
            for key, value in REVIEWER_A.items():
                connection.execute(
                    text("SELECT set_config(:k, :v, true)"), {"k": f"vitrine.{key}", "v": value}
                )
            assert connection.execute(text("SELECT count(*) FROM requests")).scalar() == 1
        with connection.begin():
            assert connection.execute(text("SELECT count(*) FROM requests")).scalar() == 0


def test_each_side_keeps_its_internal_texts(seeded: Database) -> None:
    publisher = {"side": "publisher", "organisation": "org_p", "person": "per_p"}
    reviewer = {row[0] for row in _seen(seeded.web, "guarded_fields", **REVIEWER_A)}
    inside = {row[0] for row in _seen(seeded.web, "guarded_fields", **publisher)}
    assert reviewer == {"own_draft_a", "answer_a", "note_a"}
    assert inside == {"answer_a", "internal_a", "answer_b", "internal_b"}


def test_words_are_looked_up_within_the_same_wall(seeded: Database) -> None:
    """Row-level security keeps an index of words from being used; the function has it inside."""
    call = text("SELECT field_id FROM vitrine_find_texts(plainto_tsquery('english', 'b'), 99)")

    def found(engine: Engine, **context: str) -> set[str]:
        with engine.begin() as connection:
            for key, value in context.items():
                connection.execute(
                    text("SELECT set_config(:key, :value, true)"),
                    {"key": f"vitrine.{key}", "value": value},
                )
            return set(connection.execute(call).scalars())

    inside = {"side": "publisher", "organisation": "org_p", "person": "per_p"}
    seen = {row[0] for row in _seen(seeded.web, "guarded_fields", **inside)}
    assert (
        found(seeded.web, **inside) == seen == {"answer_a", "internal_a", "answer_b", "internal_b"}
    )
    assert found(seeded.web, **REVIEWER_A) == set(), "outside nobody looks up words by it"
    assert found(seeded.web) == set()
    assert found(seeded.web, side="system") == set(), "a route cannot take the worker's side"
    with pytest.raises(ProgrammingError, match="permission denied"):
        found(seeded.worker, side="system")


def test_evidence_shows_itself_outside_only_once_it_was_read_in(seeded: Database) -> None:
    assert [row[0] for row in _seen(seeded.web, "evidence_items", **REVIEWER_A)] == ["evi_a"]
    for state in ("importing", "failed", "removed"):
        with seeded.owner.begin() as connection:
            connection.execute(
                text("UPDATE evidence_items SET state = :s WHERE id = 'evi_a'"), {"s": state}
            )
        assert _seen(seeded.web, "evidence_items", **REVIEWER_A) == []
        assert len(_seen(seeded.web, "evidence_items", side="publisher")) == 2
    with seeded.owner.begin() as connection:
        connection.execute(text("UPDATE evidence_items SET state = 'ready' WHERE id = 'evi_a'"))


def test_what_an_edition_shows_of_evidence_follows_the_edition(seeded: Database) -> None:
    assert {row[0] for row in _seen(seeded.web, "edition_evidence", **REVIEWER_A)} == {"cut_a"}


def test_no_draft_of_a_reviewer_organisation_is_seen_by_the_publisher(seeded: Database) -> None:
    """Neither as a row, nor as a count: released positions are rows of their own."""
    inside = {"side": "publisher", "organisation": "org_p", "person": "per_p"}
    assert _seen(seeded.web, "positions", **inside) == []
    assert _seen(seeded.web, "recommendations", **inside) == []
    assert _seen(seeded.web, "signing_keys", **inside) == []
    assert len(_seen(seeded.web, "signatures", **inside)) == 2
    assert len(_seen(seeded.web, "released_positions", **inside)) == 2
    assert len(_seen(seeded.owner, "positions")) == 2


def test_what_is_internal_in_a_thread_is_its_own_sides_alone(seeded: Database) -> None:
    """Neither side sees the other's internal messages, nor whom it told."""
    inside = {"side": "publisher", "organisation": "org_p", "person": "per_p"}
    assert {row[0] for row in _seen(seeded.web, "messages", **REVIEWER_A)} == {"msg_a"}
    assert {row[0] for row in _seen(seeded.web, "messages", **inside)} == {"inside_a", "inside_b"}
    assert _seen(seeded.web, "message_mentions", **inside) == []
    assert len(_seen(seeded.owner, "message_mentions")) == 2


@pytest.mark.parametrize(
    ("change", "who"),
    [
        ("UPDATE deletions SET certified_at = now()", {"side": "publisher"}),
        ("UPDATE messages SET struck_at = now() WHERE side = 'reviewer'", {"side": "publisher"}),
        ("UPDATE messages SET struck_at = now() WHERE side = 'publisher'", REVIEWER_A),
    ],
)
def test_no_side_acts_in_the_others_name(
    seeded: Database, change: str, who: dict[str, str]
) -> None:
    with seeded.web.begin() as connection:
        for key, value in who.items():
            connection.execute(
                text("SELECT set_config(:key, :value, true)"),
                {"key": f"vitrine.{key}", "value": value},
            )
        assert connection.execute(text(change)).rowcount == 0
