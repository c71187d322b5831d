"""The JSON API of what an edition withholds; its tables and its summary as files as well."""

from fastapi import Response

from app.domain.actions import Action
from app.features.withheld import files, record, said_api, service
from app.features.withheld.schemas import FiguresView, IndexView, RecordView, SummaryView, Wish
from app.web.routing import Tx

routes = said_api.routes  # one router, begun there
_PATH = "/versions/{version_id}/withheld"


@routes.read(_PATH, action=Action.READ_VERSION, response_model=IndexView)
def read_index(
    tx: Tx,
    version_id: str,
    category: str = "",
    section: str = "",
    on_page: int | None = None,
    state: str = "",
    sort: str = "",
    page: int = 1,
) -> IndexView:
    """Give what is removed from the caller's own edition, and what changed since the last one."""
    wish = Wish(
        category=category, section=section, on_page=on_page, state=state, sort=sort, page=page
    )
    return service.read_index(tx, version_id, wish, form="json")


@routes.read(f"{_PATH}.csv", action=Action.READ_VERSION)
def index_csv(tx: Tx, version_id: str) -> Response:
    """Give the index of the caller's own edition as CSV."""
    return files.index_csv(service.take_index(tx, version_id))


@routes.read(f"{_PATH}/figures", action=Action.READ_VERSION, response_model=FiguresView)
def read_figures(tx: Tx, version_id: str) -> FiguresView:
    """Count what is removed from the caller's own edition."""
    return service.read_figures(tx, version_id)


@routes.read(f"{_PATH}/statement", action=Action.READ_VERSION, response_model=SummaryView)
def make_summary(tx: Tx, version_id: str) -> SummaryView:
    """Give the summary statement of the caller's own edition."""
    return service.make_summary(tx, version_id)


@routes.read(f"{_PATH}/statement.md", action=Action.READ_VERSION)
def summary_markdown(tx: Tx, version_id: str) -> Response:
    """Give the summary statement as Markdown."""
    return files.summary_file(service.make_summary(tx, version_id), "md")


@routes.read(f"{_PATH}/statement.txt", action=Action.READ_VERSION)
def summary_text(tx: Tx, version_id: str) -> Response:
    """Give the summary statement as plain text."""
    return files.summary_file(service.make_summary(tx, version_id), "txt")


@routes.read(f"{_PATH}/record", action=Action.READ_REDACTION_RECORD, response_model=RecordView)
def read_record(
    tx: Tx,
    version_id: str,
    category: str = "",
    section: str = "",
    on_page: int | None = None,
    state: str = "",
    sort: str = "",
    page: int = 1,
) -> RecordView:
    """Give the publisher's record of all redactions of a version."""
    wish = Wish(
        category=category, section=section, on_page=on_page, state=state, sort=sort, page=page
    )
    return record.read_record(tx, version_id, wish)


@routes.read(f"{_PATH}/record.csv", action=Action.READ_REDACTION_RECORD)
def record_csv(tx: Tx, version_id: str) -> Response:
    """Give the publisher's record as CSV."""
    return files.record_csv(record.take_record(tx, version_id))


@routes.read(
    f"{_PATH}/record/figures", action=Action.READ_REDACTION_RECORD, response_model=FiguresView
)
def count_record(tx: Tx, version_id: str) -> FiguresView:
    """Count all redactions of a version that withhold from somebody."""
    return record.count_record(tx, version_id)
