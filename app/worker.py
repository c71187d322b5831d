"""The worker process: background jobs and the sequencer of the audit log.

It is the only process that is given the key of the source files. Task bodies live with their
feature; here they are registered and run.
"""

import asyncio
import signal
import threading
from collections.abc import Callable
from functools import partial
from importlib import import_module

import structlog
from procrastinate import App, PsycopgConnector, RetryStrategy
from sqlalchemy.exc import SQLAlchemyError

from app.audit.sequencer import Sequencer, SignedBackwards
from app.audit.signer import Signer, load_or_create
from app.audit.state import StateUnreadable
from app.db.conninfo import conninfo_of
from app.db.session import engine_for
from app.features.auditing.keeping import record_sequencer_started, record_sequencer_stopped
from app.installation import open_for_worker
from app.jobs.queue import QUEUE, queue_for
from app.kernel.config import Settings
from app.kernel.errors import VitrineError
from app.kernel.logs import configure_logs
from app.transaction import Installation

TaskBody = Callable[..., None]
FEATURES_WITH_TASKS = (
    "reports",
    "redactions",
    "reviews",
    "findings",
    "identity",
    "notices",
    "requests",
    "versions",
)
FEATURES_WITH_CLOCKS = ("identity", "redactions", "reports", "notices", "requests", "versions")
_SILENT_SECONDS = 15
_RETRY = RetryStrategy(max_attempts=5, exponential_wait=2)
_log = structlog.get_logger(__name__)


def task_bodies() -> dict[str, TaskBody]:
    """Gather the task bodies of all features by name, such as `reports.ingest`."""
    bodies: dict[str, TaskBody] = {}
    for feature in FEATURES_WITH_TASKS:
        bodies |= import_module(f"app.features.{feature}.tasks").TASKS
    return bodies


def crontabs() -> dict[str, str]:
    """Gather when tasks run by themselves: task name → crontab line."""
    lines: dict[str, str] = {}
    for feature in FEATURES_WITH_CLOCKS:
        lines |= import_module(f"app.features.{feature}.tasks").PERIODIC
    return lines


def queue_of(installation: Installation, *, by_the_clock: bool = False) -> App:
    """Make the queue that this worker takes jobs from, with every task registered.

    With `by_the_clock` it also enqueues the periodic ones when their time comes.
    """
    settings = installation.settings
    url = settings.database_worker_url or settings.database_url
    queue = queue_for(PsycopgConnector(conninfo=conninfo_of(url), min_size=1, max_size=4))
    for name, body in task_bodies().items():
        task = queue.task(name=name, queue=QUEUE, retry=_RETRY)(partial(body, installation))
        if by_the_clock and name in crontabs():
            queue.periodic(cron=crontabs()[name])(task)
    return queue


async def work(
    installation: Installation, *, wait: bool, ready: Callable[[], None] | None = None
) -> None:
    """Run jobs; with `wait=False` only those that are there already, then return."""
    queue = queue_of(installation, by_the_clock=wait)
    async with queue.open_async():
        await _take_over(queue)
        if ready is not None:
            ready()
        rescue = asyncio.create_task(_keep_taking_over(queue))
        try:
            await queue.run_worker_async(
                queues=[QUEUE],
                concurrency=1,
                wait=wait,
                install_signal_handlers=wait,
                fetch_job_polling_interval=1.0,
                listen_notify=wait,
                update_heartbeat_interval=5,
                stalled_worker_timeout=_SILENT_SECONDS,
            )
        finally:
            rescue.cancel()


async def _keep_taking_over(queue: App) -> None:
    while True:
        await asyncio.sleep(_SILENT_SECONDS)
        await _take_over(queue)


async def _take_over(queue: App) -> None:
    """Put back the jobs of workers that fell silent: killed, or on a machine that is gone."""
    manager = queue.job_manager
    for job in await manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=_SILENT_SECONDS):
        _log.warning("job of a silent worker taken over", job=job.id, task=job.task_name)
        await manager.retry_job(job)


def sequencer_of(settings: Settings) -> Sequencer:
    """Make the sequencer with its own database role and the signing key."""
    url = settings.database_sequencer_url or settings.database_worker_url or settings.database_url
    return Sequencer(engine_for(url, pool_size=2), signer_of(settings), settings.log_state)


def signer_of(settings: Settings) -> Signer:
    """Read the log's signing key, or make it for a new log."""
    return load_or_create(settings.log_key, origin=settings.log_origin)


def run(settings: Settings, *, ready: Callable[[], None] | None = None) -> None:
    """Run jobs and the sequencer until the process is told to stop; `ready` when both do."""
    configure_logs()
    installation = open_for_worker(settings)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    signer = signer_of(settings)
    record_sequencer_started(installation, origin=signer.origin, key=signer.vkey)
    sequencer = sequencer_of(settings)
    thread = threading.Thread(target=sequencer.run, args=(stop,), name="sequencer", daemon=True)
    thread.start()
    try:
        asyncio.run(work(installation, wait=True, ready=ready))
    finally:
        stop.set()
        thread.join(timeout=5)
        record_stop(installation, sequencer, signer.origin)
        installation.engine.dispose()
        _log.info("worker stopped")


def record_stop(installation: Installation, sequencer: Sequencer, origin: str) -> None:
    """Record the stop and sign it, if the log takes it; a worker ends in any case."""
    try:
        record_sequencer_stopped(installation, origin=origin)
        sequencer.sequence_once()
    except (SQLAlchemyError, OSError, VitrineError, SignedBackwards, StateUnreadable) as fault:
        _log.warning("log.stop_not_recorded", reason=str(fault))
