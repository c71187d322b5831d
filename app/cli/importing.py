"""An import at the command line: the same service, policies and entries as on the page.

Where a worker runs, it does the work; else it is done here, by the same jobs.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select, text

from app.access import scope
from app.cli.acting import actor_as
from app.cli.runtime import installation
from app.features.reports import service
from app.features.reports.schemas import CreateReport, ImportVersion, ProgressView, VersionRow
from app.installation import open_for_web, open_for_worker
from app.kernel.actor import Actor
from app.kernel.config import Settings
from app.kernel.context import RequestContext
from app.kernel.errors import Invalid, TooLarge, VitrineError
from app.models.reports import Report, Version
from app.transaction import Installation, Transaction, begin
from app.worker import work

_LIVING_WORKER = text(
    "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '15 s'"
)


@dataclass(frozen=True)
class Importing:
    """An import by one person into this installation."""

    settings: Settings
    web: Installation
    actor: Actor

    @classmethod
    @contextmanager
    def open(cls, person: str) -> "Iterator[Importing]":
        """Join the installation as a person; raises VitrineError when nobody is called so."""
        with installation() as known:
            web = open_for_web(known)
            try:
                yield cls(known, web, actor_as(known, person))
            finally:
                web.engine.dispose()

    @contextmanager
    def _begin(self) -> Iterator[Transaction]:
        with begin(self.web, self.actor, RequestContext(channel="cli")) as tx:
            yield tx

    def take(
        self, file: Path, *, report: str, label: str, covers: date | None, changed: str
    ) -> VersionRow:
        """Take the file in; raises VitrineError with what is wrong, and then nothing is kept."""
        if file.stat().st_size > self.settings.max_upload_bytes:
            raise TooLarge
        try:
            command = ImportVersion(label=label, coverage_date=covers, changelog=changed)
            with self._begin() as tx:
                report_id = self._report(tx, report)
                row = service.import_version(
                    tx, report_id, command, content=file.read_bytes(), file_name=file.name
                )
                tx.commit()
                return row
        except Invalid as error:
            raise VitrineError(" ".join(error.fields.values()) or error.message) from error
        except ValidationError as error:
            raise VitrineError("The title, label or change note is empty or too long.") from error

    def _report(self, tx: Transaction, wanted: str) -> str:
        """Give the id of a report by id or title; a title that nobody used makes a new report."""
        rows = tx.session.scalars(
            select(Report).where(
                (Report.id == wanted) | (Report.title == wanted),
                Report.id.in_(scope.reports(tx).with_only_columns(Report.id).order_by(None)),
            )
        ).all()
        if len(rows) > 1:
            raise VitrineError(f"More than one report is called {wanted}: give the id.")
        return rows[0].id if rows else service.create_report(tx, CreateReport(title=wanted)).id

    def steps(self, version_id: str) -> Iterator[ProgressView]:
        """Yield how far the import is until it is done; without a worker, do the work first."""
        if not self._worker_lives():
            worker = open_for_worker(self.settings)
            asyncio.run(work(worker, wait=False))
            worker.engine.dispose()
        while True:
            with self._begin() as tx:
                step = service.read_progress(tx, version_id)
            if step.done:
                return
            yield step

    def _worker_lives(self) -> bool:
        with self.web.engine.connect() as connection:
            return bool(connection.execute(_LIVING_WORKER).scalar_one())

    def outcome(self, version_id: str) -> dict[str, Any]:
        """Give what became of the version, in plain values."""
        with self._begin() as tx:
            row = tx.session.get_one(Version, version_id)
            return {
                "report": row.report_id,
                "version": row.id,
                "number": row.number,
                "state": row.state,
                "failure": row.failure,
                "pages": row.pages,
                "digest": row.source_digest,
                "address": f"{self.settings.url}/reports/{row.report_id}/versions/{row.id}",
            }
