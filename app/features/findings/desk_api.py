"""JSON API of the author's desk: the same services as its pages."""

from typing import Annotated

from fastapi import Query, Response

from app.domain.actions import Action
from app.features.findings import answering, deciding, desk
from app.features.findings.desk_document import HEADS, cells, markdown_of
from app.features.findings.desk_docx import docx_of
from app.features.findings.desk_schemas import DeskDocument, DeskFilter, DeskQuery, DeskView
from app.features.findings.schemas import AcceptedView, AcceptSeveral, FindingRow
from app.web.routing import Routes, Tx
from app.web.spreadsheets import csv_of

routes = Routes(prefix="/api/v1", tags=["findings"])


@routes.read("/findings/desk", action=Action.READ_DESK, response_model=DeskView)
def read_desk(tx: Tx, wanted: Annotated[DeskQuery, Query()]) -> DeskView:
    """Give the findings to answer, worst first, and the one that is opened."""
    return desk.read_desk(tx, wanted)


@routes.read("/findings/desk/document", action=Action.EXPORT_DESK, response_model=DeskDocument)
def desk_document(tx: Tx, wanted: Annotated[DeskFilter, Query()]) -> DeskDocument:
    """Give them as a document to work from."""
    return desk.export_desk(tx, wanted)


@routes.read("/findings/desk.md", action=Action.EXPORT_DESK)
def desk_markdown(tx: Tx, wanted: Annotated[DeskFilter, Query()]) -> Response:
    """Give the document as Markdown."""
    return markdown_file(desk.export_desk(tx, wanted))


@routes.read("/findings/desk.docx", action=Action.EXPORT_DESK)
def desk_docx(tx: Tx, wanted: Annotated[DeskFilter, Query()]) -> Response:
    """Give the document as DOCX, with room for answers."""
    return docx_file(desk.export_desk(tx, wanted))


@routes.read("/findings/desk.csv", action=Action.EXPORT_DESK)
def desk_csv(tx: Tx, wanted: Annotated[DeskFilter, Query()]) -> Response:
    """Give the document as CSV."""
    return csv_of(HEADS, map(cells, desk.export_desk(tx, wanted).entries), name="findings")


@routes.read("/findings/decisions", action=Action.LIST_FINDINGS, response_model=list[FindingRow])
def list_decisions(tx: Tx) -> tuple[FindingRow, ...]:
    """List the rejections that the caller may decide."""
    return deciding.list_decisions(tx)


@routes.act("/findings/accept-several", action=Action.ANSWER_SEVERAL, response_model=AcceptedView)
def accept_several(tx: Tx, command: AcceptSeveral) -> AcceptedView:
    """Accept several findings of class A."""
    return answering.accept_several(tx, command)


def markdown_file(document: DeskDocument) -> Response:
    """Give a document as a file whose name says neither whose nor of what."""
    return Response(
        markdown_of(document),
        media_type="text/markdown; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="findings.md"'},
    )


def docx_file(document: DeskDocument) -> Response:
    """Give a document as DOCX under a name that says as little."""
    return Response(
        docx_of(document),
        media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        headers={"Content-Disposition": 'attachment; filename="findings.docx"'},
    )
