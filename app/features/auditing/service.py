"""The log and an organisation's record: looking, and exporting with proof."""

from app.access.decide import require
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import INSTALLATION, Target
from app.features.auditing import queries
from app.features.auditing.schemas import LogFilter, LogPage, LogState, ReadingCount
from app.transaction import Transaction


def read_log(tx: Transaction, wanted: LogFilter) -> LogPage:
    """Give a page of the log to an auditor."""
    require(tx, Action.READ_LOG, INSTALLATION)
    return queries.list_entries(tx, wanted)


def read_log_state(tx: Transaction) -> LogState:
    """Say how far the log is signed to an auditor."""
    require(tx, Action.READ_LOG, INSTALLATION)
    return read_state(tx)


def read_state(tx: Transaction) -> LogState:
    """Say how far the log is signed, to whoever may read it or their own record."""
    return queries.log_state(tx)


def reading_counts(tx: Transaction) -> list[ReadingCount]:
    """Give the counts of reviewers' reading and searching to an auditor."""
    require(tx, Action.READ_LOG, INSTALLATION)
    return queries.reading_counts(tx)


def read_record(tx: Transaction, organisation_id: str, wanted: LogFilter) -> LogPage:
    """Give a page of the entries that concern an organisation to its lead."""
    require(tx, Action.READ_RECORD, Target("organisation", organisation_id))
    return queries.list_record(tx, organisation_id, wanted)


def start_log_export(tx: Transaction) -> None:
    """Record that an export of the whole log begins; it will contain this entry."""
    require(tx, Action.EXPORT_LOG, INSTALLATION)
    tx.emit(Event(name="LogExportStarted", licence=Action.EXPORT_LOG, target=INSTALLATION))


def start_record_export(tx: Transaction, organisation_id: str) -> None:
    """Record that an organisation's record is being exported."""
    target = Target("organisation", organisation_id)
    require(tx, Action.EXPORT_RECORD, target)
    tx.emit(
        Event(
            name="RecordExportStarted",
            licence=Action.EXPORT_RECORD,
            target=target,
            organisations=frozenset({organisation_id}),
        )
    )
