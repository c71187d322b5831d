"""Loads the demo once: organisations, people, a report, redactions, reviews, a request, a finding.

Every step goes through the same service as a person's click, decided by the same policies and
recorded as done by an operator for that person. The worker must be running.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import func, select

from app.demo import (
    assurance_scenes,
    claim_scenes,
    evidence_scenes,
    finding_scenes,
    opinion_scenes,
    pack_scenes,
    scenes,
    statement_scenes,
    team_scenes,
)
from app.demo.cast import Cast, enrol_cast, entries_of, find_cast
from app.demo.registration import sign_in_file
from app.installation import open_for_web, open_for_worker
from app.kernel.actor import system_actor
from app.kernel.config import Settings
from app.kernel.logs import in_json
from app.models.organisations import Organisation
from app.models.reports import Edition, Version
from app.models.requests import Request
from app.models.reviews import Receipt
from app.transaction import Installation, begin

_PATIENCE = timedelta(minutes=15)


class DemoStuck(RuntimeError):
    """The worker did not finish a step of the demo in time."""


def load(settings: Settings) -> None:
    """Load the demo unless it is there; a load that was cut short goes on where it stopped."""
    installation = open_for_worker(settings)
    try:
        _load(installation)
        sign_in_file(settings).write_text(json.dumps(entries_of(installation)))
    finally:
        installation.engine.dispose()


def _load(installation: Installation) -> None:
    if _count(installation, Request) > 0:
        return
    fresh = _count(installation, Organisation) == 0
    _say("Setting up the demo's organisations and people")
    cast = enrol_cast(installation) if fresh else find_cast(installation)
    _play(installation, cast)


def _play(installation: Installation, cast: Cast) -> None:
    version_id = scenes.import_report(installation, cast)
    _wait("Reading the report", lambda: _imported(installation, version_id))
    _wait("Drawing its pages", lambda: _editions(installation, version_id) >= 1)
    if _looks_closely(installation, version_id):
        _wait(
            "Reading words in doubt from their pixels",
            lambda: not _looks_closely(installation, version_id),
        )
    if _state(installation, version_id) == "working":
        scenes.grant_inside(installation, cast, version_id)
        claim_scenes.mark_parts(installation, cast, version_id)
        if installation.settings.demo_report is None:
            evidence_scenes.attach_evidence(installation, cast, version_id)
            _wait(
                "Reading the evidence",
                lambda: evidence_scenes.evidence_is_read(installation, version_id),
            )
            evidence_scenes.mark_evidence(installation, cast, version_id)
            claim_scenes.tie_to_evidence(installation, cast, version_id)
        _say("Marking what is to be removed, and approving it")
        scenes.mark_redactions(installation, cast, version_id)
        scenes.open_reviews(installation, cast, version_id)
        scenes.publish(installation, cast, version_id)
    _wait(
        "Building each organisation's edition",
        lambda: _count(installation, Receipt) >= len(scenes.REVIEWS),
    )
    with _as_the_web(installation) as web:
        _live(web, cast, version_id)
    _say("The demo is ready")


def _live(installation: Installation, cast: Cast, version_id: str) -> None:
    """Play what happened before a visitor arrives; the request, which says that it did, last.

    With what the web may do and no more: these are acts of people, and no job may write a draft.
    """
    _say("Playing what happened so far")
    scenes.file_finding(installation, cast, version_id)
    whole = installation.settings.demo_report is None  # a file of one's own has no such claims
    if whole:
        finding_scenes.file_findings(installation, cast, version_id)
        finding_scenes.draft_one(installation, cast, version_id)
    pack_scenes.offer_pack(installation, cast)
    team_scenes.make_teams(installation, cast)
    claim_scenes.own_by_team(installation, cast, version_id)
    opinion_scenes.take_positions(installation, cast, version_id)
    if whole:
        opinion_scenes.take_some(installation, cast.actors[scenes.SECOND_LEAD], version_id)
        assurance_scenes.affirm_assurance(installation, cast)
        assurance_scenes.answer_advice(installation, cast)
        _until(lambda: finding_scenes.all_routed(installation, cast, version_id))
        finding_scenes.answer_findings(installation, cast, version_id)
    statement_scenes.write_statements(installation, cast, version_id)
    scenes.ask_request(installation, cast, version_id)


@contextmanager
def _as_the_web(installation: Installation) -> Iterator[Installation]:
    web = open_for_web(installation.settings)
    try:
        yield web
    finally:
        web.engine.dispose()


def _say(text: str) -> None:
    if in_json():
        print(json.dumps({"event": text}), file=sys.stderr, flush=True)
        return
    print(f"  {text} …" if text[-1].isalpha() else text, file=sys.stderr, flush=True)


def _wait(what: str, done: Callable[[], bool]) -> None:
    _say(what)
    _until(done, what)


def _until(done: Callable[[], bool], what: str = "Sending the findings to their authors") -> None:
    until = time.monotonic() + _PATIENCE.total_seconds()
    while not done():
        if time.monotonic() > until:
            raise DemoStuck(what)
        time.sleep(0.3)


def _state(installation: Installation, version_id: str) -> str:
    with begin(installation, system_actor("operate")) as tx:
        return tx.session.scalars(select(Version.state).where(Version.id == version_id)).one()


def _looks_closely(installation: Installation, version_id: str) -> bool:
    with begin(installation, system_actor("operate")) as tx:
        version = tx.session.get_one(Version, version_id)
        return (version.inspection or {}).get("closer_look") == "waiting"


def _imported(installation: Installation, version_id: str) -> bool:
    state = _state(installation, version_id)
    if state == "failed":
        raise DemoStuck("The report was refused: it must be an unencrypted, intact PDF.")
    return state != "importing"


def _editions(installation: Installation, version_id: str) -> int:
    with begin(installation, system_actor("operate")) as tx:
        return tx.session.scalars(
            select(func.count())
            .select_from(Edition)
            .where(Edition.version_id == version_id, Edition.state == "ready")
        ).one()


def _count(installation: Installation, table: type[Request | Organisation | Receipt]) -> int:
    with begin(installation, system_actor("operate")) as tx:
        return tx.session.scalars(select(func.count()).select_from(table)).one()
