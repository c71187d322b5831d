"""A version before one that is still marked, with marks that nobody has carried over."""

import json

from sqlalchemy import text

from app.access.editions import edition_key
from app.kernel.clock import now
from app.kernel.ids import new_id
from tests.world import World


def put_before(world: World, here: str, *, page: int) -> dict[str, str]:
    """Put a version before one that is still marked: the same words, and marks that wait.

    One lies over all of the page, one over the first line of the evidence. Copied by the owner's
    role: an import of the same file once more would tell nothing else.
    """
    earlier, item = new_id("version"), new_id("evidence")
    on_page, in_evidence = new_id("redaction"), new_id("redaction")
    mark = {
        "version_id": earlier, "page": page, "rects": [[40, 40, 400, 200]], "mode": "tight",
        "categories": ["SEC"], "character": "CHARACTER-WAITING", "justification": "Said above",
        "size_words": 1, "state": "approved", "proposed_by": world.author.id,
        "proposed_at": now().isoformat(), "negative_statement": True, "revision": 1,
    }  # fmt: skip
    unmarked = "version_id = :here AND withheld_redactions = '{}'"
    of_edition = f"edition_id IN (SELECT id FROM editions WHERE {unmarked})"
    other: dict[str, object] = {"edition_id": "edn_earlier", "version_id": earlier}
    copies: tuple[tuple[str, str, dict[str, object]], ...] = (
        ("versions", "id = :here", {"id": earlier, "number": 0, "source_digest": "earlier"}),
        ("grants", "version_id = :here", {"id": new_id("grant"), "version_id": earlier}),
        ("evidence_items", "version_id = :here", {"id": item, "version_id": earlier}),
        ("editions", unmarked, {
            "id": "edn_earlier", "version_id": earlier, "key": edition_key(earlier, ()),
            "evidence": [item]}),
        ("edition_pages", of_edition, other),
        ("edition_evidence", of_edition, {**other, "item_id": item}),
    )  # fmt: skip
    made: tuple[tuple[str, dict[str, object]], ...] = (
        ("redactions", {**mark, "id": on_page, "group_id": on_page}),
        ("redactions", {
            **mark, "id": in_evidence, "group_id": in_evidence, "page": 0, "rects": [],
            "evidence": "E1"}),
        ("evidence_marks", {
            "redaction_id": in_evidence, "item_id": item, "version_id": earlier,
            "line_from": 1, "line_to": 1}),
    )  # fmt: skip
    with world.owner.begin() as connection:
        for table, of, values in copies:
            copied = connection.execute(
                text(
                    f"INSERT INTO {table} SELECT (jsonb_populate_record(NULL::{table},"
                    f" to_jsonb(t) || CAST(:values AS jsonb))).* FROM {table} t WHERE {of}"
                ),
                {"here": here, "values": json.dumps(values)},
            )
            assert copied.rowcount, table
        for table, values in made:
            connection.execute(
                text(
                    f"INSERT INTO {table} SELECT (jsonb_populate_record(NULL::{table},"
                    " CAST(:values AS jsonb))).*"
                ),
                {"values": json.dumps(values)},
            )
    return {"version": earlier, "mark": on_page, "in_evidence": in_evidence, "item": item}
