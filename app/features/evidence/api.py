"""The JSON API of evidence."""

from typing import Annotated

from fastapi import File, Form, UploadFile

from app.domain.actions import Action
from app.features.evidence import service
from app.features.evidence.schemas import (
    AttachAgain,
    AttachEvidence,
    EvidenceDesk,
    EvidenceList,
    EvidenceView,
    RemoveEvidence,
)
from app.web.forms import command_from
from app.web.routing import Routes, Tx, takes_file

routes = Routes(prefix="/api/v1", tags=["reports"])


@routes.read(
    "/versions/{version_id}/evidence", action=Action.READ_VERSION, response_model=EvidenceList
)
def list_evidence(tx: Tx, version_id: str) -> EvidenceList:
    """List the evidence that comes with a version."""
    return service.list_evidence(tx, version_id)


@routes.read(
    "/versions/{version_id}/evidence/{code}", action=Action.READ_PAGE, response_model=EvidenceView
)
def open_evidence(tx: Tx, version_id: str, code: str, part: int = 1, q: str = "") -> EvidenceView:
    """Give lines of an item in your edition, 200 a part, and where `q` stands in all of it."""
    return service.open_evidence(tx, version_id, code, part=part, phrase=q)


@routes.read(
    "/versions/{version_id}/evidence-desk", action=Action.READ_REPORT, response_model=EvidenceDesk
)
def read_desk(tx: Tx, version_id: str) -> EvidenceDesk:
    """Give the evidence of a version to those who work on it."""
    return service.read_desk(tx, version_id)


@routes.act(
    "/versions/{version_id}/evidence-desk",
    action=Action.IMPORT_VERSION,
    response_model=EvidenceDesk,
    status_code=202,
)
@takes_file
def attach_evidence(
    tx: Tx,
    version_id: str,
    file: Annotated[
        UploadFile,
        File(description="text, CSV, JSON or JSON Lines in UTF-8; or .xlsx, .xls, .xlsb, .ods"),
    ],
    title: Annotated[str, Form()],
    kind: Annotated[str, Form()],
) -> EvidenceDesk:
    """Attach a file to a version that is still marked."""
    command = command_from(AttachEvidence, {"title": title, "kind": kind})
    return service.attach_evidence(
        tx, version_id, command, content=file.file.read(), file_name=file.filename or ""
    )


@routes.act(
    "/versions/{version_id}/evidence-desk/again",
    action=Action.IMPORT_VERSION,
    response_model=EvidenceDesk,
    status_code=202,
)
def attach_again(tx: Tx, version_id: str, command: AttachAgain) -> EvidenceDesk:
    """Attach items of earlier versions here too: the same files, to be read and marked anew."""
    return service.attach_again(tx, version_id, command)


@routes.act(
    "/versions/{version_id}/evidence-desk/remove",
    action=Action.IMPORT_VERSION,
    response_model=EvidenceDesk,
)
def remove_evidence(tx: Tx, version_id: str, command: RemoveEvidence) -> EvidenceDesk:
    """Take an item off a version that is still marked."""
    return service.remove_evidence(tx, version_id, command)
