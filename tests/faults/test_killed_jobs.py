"""A worker that is killed between what a job changes and what records it: nothing half, then once.

The log is held, so that the worker stands with its change made and its entry unwritten; there it
is killed. Import and build, which commit in stages, are killed in tests/features/reports.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from sqlalchemy import text

from app.jobs.queue import QUEUE
from app.worker import task_bodies
from tests.features.findings.situations import filed, owned_by
from tests.features.reports.test_importing import environment
from tests.worlds.evidence import RECORDS, attach
from tests.worlds.reports import settle
from tests.worlds.requests import draft
from tests.worlds.shared import SharedWorld

WORKER = """
import asyncio
from app.installation import open_for_worker
from app.kernel.config import Settings
from app.jobs.queue import QUEUE
from app.worker import work
asyncio.run(work(open_for_worker(Settings()), wait=False))
"""


@dataclass(frozen=True)
class Killed:
    """A job: what gives it something to do, the event that says it is done, and its count."""

    name: str
    prepare: Callable[[SharedWorld], dict[str, object] | None]
    event: str
    done: str


def _no_receipts(world: SharedWorld) -> dict[str, object]:
    world.change("DELETE FROM receipts WHERE grant_id = :g", g=world.made.grant_a)
    return {"version_id": world.made.version_id}


def _a_finding(world: SharedWorld) -> None:
    """File a finding, which enqueues its own job."""
    owned_by(world, world.author)
    filed(world)


def _evidence_to_read(world: SharedWorld) -> None:
    """Attach a file to a version that is marked again, which enqueues its own job."""
    world.change("UPDATE versions SET state = 'working'")
    answer = attach(world, world.made, "jsonl", RECORDS)
    assert answer.status_code == 202, answer.text


def _an_old_session(world: SharedWorld) -> dict[str, object]:
    world.change(
        "UPDATE sessions SET ended_at = now() - interval '90 days' WHERE person_id = :p",
        p=world.second_author.id,
    )
    return {"timestamp": 0}


def _an_embargo_over(world: SharedWorld) -> dict[str, object]:
    world.change(
        "UPDATE redactions SET categories = '{EMB}', expires_at = now()"
        " WHERE id = (SELECT min(id) FROM redactions)"
    )
    return {"timestamp": 0}


def _an_edition_passed_by_an_older_checker(world: SharedWorld) -> dict[str, object]:
    world.change(
        """UPDATE editions SET check_result = check_result || '{"checker": "0"}'
            WHERE id = (SELECT min(id) FROM editions WHERE state = 'ready')"""
    )
    return {"timestamp": 0}


def _a_word_in_doubt(world: SharedWorld) -> dict[str, object]:
    version = world.made.version_id
    world.change(
        "INSERT INTO unconfirmed_words VALUES"
        " (:v, 1, 0, 'doubtful', 72, 72, 140, 84, true, false, null, null, null)",
        v=version,
    )
    world.change(
        """UPDATE versions SET inspection = inspection || '{"closer_look": "waiting"}'
            WHERE id = :v""",
        v=version,
    )
    return {"version_id": version}


def _a_page_for_a_dense_screen(world: SharedWorld) -> dict[str, object]:
    ((key,),) = world.rows("SELECT min(key) FROM editions WHERE state = 'ready'")
    return {"version_id": world.made.version_id, "edition": key, "page": "4"}


def _two_editions(world: SharedWorld) -> dict[str, object]:
    """Compare an edition with itself: to the job these are two versions like any others."""
    ((edition,),) = world.rows("SELECT min(id) FROM editions WHERE state = 'ready'")
    version = world.made.version_id
    return {"version_id": version, "earlier_id": version, "old_edition": edition,
            "new_edition": edition}  # fmt: skip


def _a_change_decided_before(world: SharedWorld) -> dict[str, object]:
    """Say of the version that it changes itself: to the job it is one like any other."""
    world.change(
        "INSERT INTO material_changes VALUES"
        " ('mtc_before', 'mtc_before', :v, :v, NULL, NULL, true, :p, now())",
        v=world.made.version_id,
        p=world.coordinator.id,
    )
    world.change("UPDATE reviews SET state = 'ended' WHERE id <> :a", a=world.made.review_a)
    return {"version_id": world.made.version_id}


def _something_new(world: SharedWorld) -> dict[str, object]:
    """Make what is new new since yesterday, so that the mail of the day is due at any hour."""
    world.change("UPDATE notices SET created_at = now() - interval '3 days', in_digest = true")
    world.change("DELETE FROM notices WHERE person_id <> :p", p=world.lead_a.id)
    return {"timestamp": 0}


def _something_to_tell(world: SharedWorld) -> dict[str, object]:
    """Tell of the review once more; what was told before is put out of the way."""
    world.change(
        "UPDATE procrastinate_jobs SET task_name = 'done.before' WHERE task_name = 'notices.tell'"
    )
    review = {"event": "ReviewOpened", "kind": "review", "subject": world.made.review_a}
    return {**review, "named": "", "occurrence": "occ_killed", "by": ""}


def _given_away(world: SharedWorld) -> str:
    asked = draft(world, world.made)
    asked.post(world.lead_a, "submit")
    asked.post(world.coordinator, "assignment", responder_id=world.responder.id)
    return asked.request_id


def _a_review_over(world: SharedWorld) -> dict[str, object]:
    _given_away(world)
    over = "UPDATE reviews SET ends_at = now() - interval '1 day' WHERE id = :r"
    world.change(over, r=world.made.review_a)
    return {"timestamp": 0}


def _somebody_left(world: SharedWorld) -> dict[str, object]:
    _given_away(world)
    left = world.responder.membership_id
    world.change("UPDATE memberships SET state = 'ended' WHERE id = :m", m=left)
    return {"membership_id": left}


def _an_author_left(world: SharedWorld) -> dict[str, object]:
    """Let a finding wait for somebody who left, and nobody else own anything."""
    filed(world)
    world.change(
        "UPDATE procrastinate_jobs SET task_name = 'done.before' WHERE task_name = 'findings.route'"
    )
    left = world.second_author
    world.change("UPDATE findings SET state = 'routed', author_id = :p", p=left.id)
    world.change("UPDATE memberships SET state = 'ended' WHERE id = :m", m=left.membership_id)
    return {"membership_id": left.membership_id}


JOBS = (
    Killed(
        "findings.let_go", _an_author_left, "FindingRouted",
        "SELECT count(*) FROM findings WHERE author_id IS NULL AND state = 'routed'",
    ),
    Killed(
        "requests.end", _a_review_over, "RequestEnded",
        "SELECT count(*) FROM requests WHERE state = 'closed_unresolved'",
    ),
    Killed(
        "requests.let_go", _somebody_left, "ResponderLeft",
        "SELECT count(*) FROM assignments WHERE responder_id IS NULL",
    ),
    Killed(
        "notices.digest", _something_new, "DigestsMade",
        "SELECT count(*) FROM mails WHERE kind = 'digest'",
    ),
    Killed(
        "notices.tell", _something_to_tell, "NoticesMade",
        "SELECT count(DISTINCT occurrence) FROM notices WHERE occurrence = 'occ_killed'",
    ),
    Killed(
        "reports.draw_finely", _a_page_for_a_dense_screen, "FinePagesDrawn",
        "SELECT count(DISTINCT page) FROM edition_pages WHERE fine_digest IS NOT NULL",
    ),
    Killed(
        "reports.read_closely", _a_word_in_doubt, "WordsReadClosely",
        "SELECT count(*) FROM unconfirmed_words WHERE read_as IS NOT NULL",
    ),
    Killed(
        "reviews.issue_receipts", _no_receipts, "ReceiptIssued",
        "SELECT count(*) FROM receipts r JOIN organisations o ON o.id = r.organisation_id"
        " WHERE o.code = 'ORGA'",
    ),
    Killed(
        "findings.route", _a_finding, "FindingRouted",
        "SELECT count(*) FROM findings WHERE state <> 'filed'",
    ),
    Killed(
        "versions.compare", _two_editions, "EditionsCompared",
        "SELECT count(*) FROM comparisons",
    ),
    Killed(
        "versions.tell_late", _a_change_decided_before, "MaterialChangeTold",
        "SELECT count(*) FROM material_changes WHERE review_id IS NOT NULL",
    ),
    Killed(
        "reports.read_evidence", _evidence_to_read, "EvidenceImported",
        "SELECT count(*) FROM evidence_items WHERE state = 'ready'",
    ),
    Killed(
        "redactions.end_embargoes", _an_embargo_over, "EmbargoEnded",
        "SELECT count(*) FROM redactions WHERE state = 'lifted'",
    ),
    Killed(
        "reports.bring_up_to_date", _an_edition_passed_by_an_older_checker, "EditionCheckedAgain",
        "SELECT 1 - count(*) FROM editions WHERE check_result ->> 'checker' = '0'",
    ),
    Killed(
        "identity.remove_stale_rows", _an_old_session, "StaleRowsRemoved",
        "SELECT 1 - count(*) FROM sessions WHERE ended_at < now() - interval '80 days'",
    ),
)  # fmt: skip
IN_STAGES = {"reports.ingest", "reports.build_editions", "versions.match"}
WITH_A_MAIL_SERVER = {"notices.send"}  # tests/faults/test_killed_mails.py


def test_every_job_is_killed_somewhere() -> None:
    assert set(task_bodies()) == IN_STAGES | WITH_A_MAIL_SERVER | {job.name for job in JOBS}


@contextmanager
def _log_held(world: SharedWorld) -> Iterator[None]:
    with world.owner.begin() as connection:
        connection.execute(text("LOCK TABLE audit_entry IN EXCLUSIVE MODE"))
        yield


def _somebody_waits_for_the_log(world: SharedWorld) -> bool:
    waiting = """SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
                 WHERE c.relname = 'audit_entry' AND NOT l.granted"""
    return world.rows(waiting) != [(0,)]


def _kill_between_change_and_entry(world: SharedWorld) -> None:
    with _log_held(world):
        child = subprocess.Popen(
            [sys.executable, "-c", WORKER], env=environment(world.worker.settings)
        )
        deadline = time.monotonic() + 120
        while not _somebody_waits_for_the_log(world):
            assert child.poll() is None, "the worker ended by itself"
            assert time.monotonic() < deadline
            time.sleep(0.05)
        child.kill()
        child.wait()
    # Nobody waits fifteen seconds for its heartbeat to be missed.
    world.change("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_a_killed_job_leaves_nothing_half_and_is_done_once_by_the_next_worker(
    shared: SharedWorld, job: Killed
) -> None:
    arguments = job.prepare(shared)
    if arguments is not None:
        shared.change(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args)"
            " VALUES (:queue, :name, CAST(:arguments AS jsonb))",
            queue=QUEUE, name=job.name, arguments=json.dumps(arguments),
        )  # fmt: skip
    before = [e[0] for e in shared.entries()].count(job.event)
    assert shared.rows(job.done) == [(0,)]
    _kill_between_change_and_entry(shared)
    assert shared.rows(job.done) == [(0,)]
    assert [e[0] for e in shared.entries()].count(job.event) == before
    settle(shared)
    assert shared.rows(job.done) == [(1,)]
    assert [e[0] for e in shared.entries()].count(job.event) == before + 1
    shared.change("UPDATE procrastinate_jobs SET status = 'todo' WHERE task_name = :n", n=job.name)
    settle(shared)
    assert [e[0] for e in shared.entries()].count(job.event) == before + 1, "twice is once"
