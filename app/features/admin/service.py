"""The state of the installation, and its rules in readable form."""

from collections.abc import Callable
from datetime import timedelta
from itertools import groupby

import structlog

from app.access.decide import require
from app.access.edition_states import versions_with_editions_aside
from app.domain.actions import Action
from app.domain.targets import INSTALLATION
from app.features.admin import queries
from app.features.admin.schemas import (
    Check,
    HealthView,
    PoliciesView,
    PolicyFile,
    PolicyView,
    Readiness,
)
from app.kernel.clock import now
from app.rendering.sandbox import capabilities
from app.transaction import Transaction

HEARTBEAT_AGE = timedelta(minutes=2)
LAG = timedelta(seconds=60)
_PROBE = b"vitrine: the store takes and gives back\n"
_WALLS = {"network": "sockets", "files": "files", "calls": "system calls"}
_log = structlog.get_logger(__name__)


def read_health(tx: Transaction) -> HealthView:
    """Look at everything the portal leans on; one check that fails does not hide the others."""
    require(tx, Action.READ_HEALTH, INSTALLATION)
    checks: tuple[tuple[str, Callable[[Transaction], Check]], ...] = (
        ("Database", _database),
        ("Worker", _worker),
        ("Jobs", _jobs),
        ("Mail", _mail),
        ("Log", _sequencer),
        ("Objects", _objects),
        ("Sandbox", _sandbox),
        ("Editions", _editions),
    )
    return HealthView(checks=tuple(_looked_at(tx, name, check) for name, check in checks))


def read_policies(tx: Transaction) -> PoliciesView:
    """Give the policies in force, file by file."""
    require(tx, Action.READ_POLICIES, INSTALLATION)
    engine = tx.installation.policies
    files = groupby(engine.policies(), key=lambda policy: policy.file)
    return PoliciesView(
        digest=engine.digest,
        files=tuple(
            PolicyFile(
                name=name,
                policies=tuple(
                    PolicyView(id=policy.id, comment=policy.comment, text=policy.text)
                    for policy in policies
                ),
            )
            for name, policies in files
        ),
    )


def readiness(tx: Transaction) -> Readiness:
    """Say whether this process can work: the transaction that asks has reached the database."""
    return Readiness(live=True, ready=queries.server(tx)[0] != "")


def _looked_at(tx: Transaction, name: str, check: Callable[[Transaction], Check]) -> Check:
    try:
        with tx.session.begin_nested():
            return check(tx)
    except Exception:
        # What breaks is the finding; its words could name paths or hosts: they go to the log.
        _log.exception("health check failed", check=name)
        return Check(
            name=name,
            verdict="fault",
            what="This could not be looked at.",
            remedy="Run “vitrine doctor” on the machine; the log of the web process says more.",
        )


def _database(tx: Transaction) -> Check:
    version, durable = queries.server(tx)
    if durable:
        return Check(name="Database", verdict="good", what=f"PostgreSQL {version} answers.")
    return Check(
        name="Database",
        verdict="fault",
        what=f"PostgreSQL {version} does not write to disk before it says so (fsync is off).",
        remedy="Set fsync = on and restart it.",
    )


def _worker(tx: Transaction) -> Check:
    seen = queries.find_heartbeat(tx)
    if seen is not None and now() - seen <= HEARTBEAT_AGE:
        return Check(name="Worker", verdict="good", what="A worker was heard within two minutes.")
    return Check(
        name="Worker",
        verdict="fault",
        what="No worker was ever heard." if seen is None else "The worker has gone silent.",
        remedy="Start “vitrine worker” and look at its log.",
    )


def _jobs(tx: Transaction) -> Check:
    waiting, failed = queries.job_counts(tx)
    if failed:
        return Check(
            name="Jobs",
            verdict="warning",
            what=f"{failed} failed for good, {waiting} wait.",
            remedy="The worker's log names them.",
        )
    return Check(name="Jobs", verdict="good", what=f"{waiting} wait, none has failed.")


def _mail(tx: Transaction) -> Check:
    waiting, dead = queries.mail_counts(tx)
    if not tx.installation.settings.smtp_url.get_secret_value():
        return Check(
            name="Mail",
            verdict="warning",
            what=f"No mail server is set up; {waiting} mails wait in the outbox.",
            remedy="Set VITRINE_SMTP_URL; until then people see everything in their inbox here.",
        )
    if dead:
        return Check(
            name="Mail",
            verdict="warning",
            what=f"{dead} given up, {waiting} wait.",
            remedy="The outbox at /mails says why each was given up, and tries it again.",
        )
    return Check(name="Mail", verdict="good", what=f"{waiting} wait, none was given up.")


def _sequencer(tx: Transaction) -> Check:
    waiting, oldest = queries.backlog(tx)
    if oldest is not None and now() - oldest > LAG:
        return Check(
            name="Log",
            verdict="fault",
            what=f"{waiting} entries wait for their place, the oldest for over a minute.",
            remedy="The sequencer runs in the worker: start it, or read its log.",
        )
    return Check(name="Log", verdict="good", what=f"Entries get their place; {waiting} wait.")


def _editions(tx: Transaction) -> Check:
    aside = len(versions_with_editions_aside(tx))
    if not aside:
        return Check(name="Editions", verdict="good", what="None is put aside by the leak check.")
    return Check(
        name="Editions",
        verdict="warning",
        what=f"The leak check has put editions of {aside} {'version' if aside == 1 else 'versions'}"
        " aside; nobody can open them.",
        remedy="Their authors see on the version's page which pages to mark otherwise.",
    )


def _objects(tx: Transaction) -> Check:
    store = tx.installation.editions
    if store.get(store.put(_PROBE)) == _PROBE:
        return Check(name="Objects", verdict="good", what="The store takes and gives back.")
    return Check(name="Objects", verdict="fault", what="The store gives back something else.")


def _sandbox(_tx: Transaction) -> Check:
    walls = capabilities()
    down = [word for name, word in _WALLS.items() if not walls.get(name)]
    if not down:
        what = "What opens source files reaches neither a socket nor the data folder."
        return Check(name="Sandbox", verdict="good", what=what)
    return Check(
        name="Sandbox",
        verdict="warning",
        what=f"This platform gives no wall around {' and '.join(down)}.",
        remedy="Run the worker on Linux 5.13 or newer, or in a container without network.",
    )
