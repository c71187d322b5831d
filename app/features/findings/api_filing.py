"""JSON API of filing findings: drafts, places, evidence, import, export."""

from typing import Annotated

from fastapi import File, Form, Response, UploadFile

from app.access.evidence_files import LARGEST, SentFile
from app.domain.actions import Action
from app.features.findings import draft_reading, drafting, evidence, filing, importing
from app.features.findings.filing_pages import as_saved
from app.features.findings.filing_schemas import (
    AnchorView,
    ChangeDraft,
    DraftFinding,
    DraftList,
    DraftMade,
    DraftView,
    FiledDrafts,
    FileDrafts,
    FileFinding,
    MarkDraftReady,
    OpenDraft,
    PlaceDraft,
    PlaceRow,
    TakeFileOff,
)
from app.features.findings.import_pages import export_answer
from app.features.findings.import_schemas import (
    FindingsFields,
    FindingsPreview,
    ImportedFindings,
    ImportFindings,
)
from app.features.findings.importing import LARGEST as LARGEST_IMPORT
from app.features.findings.schemas import FindingRow
from app.web.routing import Routes, Tx, takes_file

routes = Routes(prefix="/api/v1", tags=["findings"])
_DRAFT = "/findings/drafts/{draft_id}"
_FILES = f"{_DRAFT}/files"


@routes.act("/findings", action=Action.FILE_FINDING, response_model=FindingRow, status_code=201)
def file_finding(tx: Tx, command: FileFinding) -> FindingRow:
    """File a finding on words, a page, a claim or the gap of a redaction of one's own edition.

    One that a file shows is drafted, given the file, and filed.
    """
    return filing.file_finding(tx, command)


@routes.read("/findings/drafts", action=Action.LIST_FINDING_DRAFTS, response_model=DraftList)
def list_drafts(tx: Tx, removed: bool = False, page: int = 1) -> DraftList:
    """List the drafts that the caller wrote or was let see, the newest change first."""
    return draft_reading.list_drafts(tx, removed=removed, page=max(page, 1))


@routes.act(
    "/findings/drafts",
    action=Action.DRAFT_FINDING,
    response_model=DraftMade,
    status_code=201,
)
def draft_finding(tx: Tx, command: DraftFinding) -> DraftMade:
    """Draft a finding; nobody else sees it until its writer says who does."""
    return drafting.draft_finding(tx, command)


@routes.read("/findings/places", action=Action.LIST_FINDING_DRAFTS, response_model=list[PlaceRow])
def list_places(tx: Tx) -> tuple[PlaceRow, ...]:
    """List findings and drafts whose place does not read as it did, or cannot be read."""
    return draft_reading.list_places(tx)


@routes.act("/findings/drafts/file", action=Action.FILE_FINDING, response_model=FiledDrafts)
def file_drafts(tx: Tx, command: FileDrafts) -> FiledDrafts:
    """File drafts; those that lack something are left, each with what it lacks."""
    return filing.file_drafts(tx, command)


@routes.read("/findings/export", action=Action.EXPORT_FINDINGS)
def export_findings(tx: Tx, format: str = "jsonld", version: str = "") -> Response:
    """Give the findings that one may read: `jsonld` (W3C Web Annotations), `xfdf` or `csv`."""
    return export_answer(tx, format=format, version_id=version)


@routes.read("/findings/import", action=Action.DRAFT_FINDING, response_model=FindingsFields)
def import_fields(tx: Tx, review: str = "") -> FindingsFields:
    """Say what a file of findings may hold, and in which words."""
    return importing.import_fields(tx, review)


@routes.act("/findings/import/preview", action=Action.DRAFT_FINDING, response_model=FindingsPreview)
@takes_file
def preview_import(
    tx: Tx,
    review_id: Annotated[str, Form()],
    sheet: Annotated[str, Form()] = "",
    file: Annotated[
        UploadFile | None, File(description="a CSV, an XFDF, or a PDF with comments")
    ] = None,
) -> FindingsPreview:
    """Say what a file would make, and where each of it belongs; nothing is kept."""
    content = file.file.read(LARGEST_IMPORT + 1) if file is not None else b""
    return importing.preview_import(tx, review_id=review_id, content=content, sheet=sheet)


@routes.act(
    "/findings/import",
    action=Action.DRAFT_FINDING,
    response_model=ImportedFindings,
    status_code=201,
)
def import_findings(tx: Tx, command: ImportFindings) -> ImportedFindings:
    """Make drafts of what was chosen, or of all whose place is exact."""
    return importing.import_findings(tx, command)


@routes.read("/findings/{finding_id}/anchor", action=Action.READ_FINDING, response_model=AnchorView)
def read_anchor(tx: Tx, finding_id: str) -> AnchorView:
    """Say where a finding points, as the caller's own edition has it now (W3C selectors)."""
    return draft_reading.read_anchor(tx, finding_id)


@routes.read(_DRAFT, action=Action.READ_FINDING_DRAFT, response_model=DraftView)
def read_draft(tx: Tx, draft_id: str) -> DraftView:
    """Give a draft with its place (W3C selectors) and what may say the same already."""
    return draft_reading.read_draft(tx, draft_id)


@routes.act(_DRAFT, action=Action.CHANGE_FINDING_DRAFT, response_model=DraftMade)
def change_draft(tx: Tx, draft_id: str, command: ChangeDraft) -> DraftMade:
    """Write a draft anew; refused where somebody else changed it since."""
    return drafting.change_draft(tx, draft_id, command)


@routes.act(f"{_DRAFT}/place", action=Action.CHANGE_FINDING_DRAFT, response_model=DraftMade)
def place_draft(tx: Tx, draft_id: str, command: PlaceDraft) -> DraftMade:
    """Say anew which place a draft is about, or confirm it as it reads now."""
    return drafting.place_draft(tx, draft_id, command)


@routes.act(f"{_DRAFT}/people", action=Action.KEEP_FINDING_DRAFT, response_model=DraftMade)
def open_draft(tx: Tx, draft_id: str, command: OpenDraft) -> DraftMade:
    """Say who of the organisation sees a draft besides its writer."""
    return drafting.open_draft(tx, draft_id, command)


@routes.act(f"{_DRAFT}/ready", action=Action.CHANGE_FINDING_DRAFT, response_model=DraftMade)
def mark_draft_ready(tx: Tx, draft_id: str, command: MarkDraftReady) -> DraftMade:
    """Mark a draft ready for the lead, or take that back."""
    return drafting.mark_draft_ready(tx, draft_id, command)


@routes.act(f"{_DRAFT}/remove", action=Action.KEEP_FINDING_DRAFT, response_model=DraftMade)
def remove_draft(tx: Tx, draft_id: str) -> DraftMade:
    """Remove a draft; its writer may bring it back."""
    return drafting.remove_draft(tx, draft_id)


@routes.act(f"{_DRAFT}/restore", action=Action.KEEP_FINDING_DRAFT, response_model=DraftMade)
def restore_draft(tx: Tx, draft_id: str) -> DraftMade:
    """Bring a removed draft back."""
    return drafting.restore_draft(tx, draft_id)


@routes.act(_FILES, action=Action.CHANGE_FINDING_DRAFT, response_model=DraftMade)
@takes_file
def add_file(
    tx: Tx,
    draft_id: str,
    file: Annotated[UploadFile, File(description="a PDF, PNG, JPEG, text or CSV up to 10 MB")],
    title: Annotated[str, Form()],
) -> DraftMade:
    """Add a file to a draft; the title is shown, the file's own name never."""
    content = file.file.read(LARGEST + 1)
    sent = SentFile(title=title, content=content, named=file.filename or "")
    return drafting.add_file(tx, draft_id, sent)


@routes.act(f"{_FILES}/remove", action=Action.CHANGE_FINDING_DRAFT, response_model=DraftMade)
def take_file_off(tx: Tx, draft_id: str, command: TakeFileOff) -> DraftMade:
    """Take a file off a draft."""
    return drafting.take_file_off(tx, draft_id, command.file_id)


@routes.read(f"{_FILES}/{{file_id}}", action=Action.READ_FINDING_DRAFT)
def open_draft_file(tx: Tx, draft_id: str, file_id: str) -> Response:
    """Hand out a file of a draft, to be saved."""
    return as_saved(*draft_reading.open_draft_file(tx, draft_id, file_id))


@routes.read("/findings/{finding_id}/files/{file_id}", action=Action.READ_FINDING)
def open_file(tx: Tx, finding_id: str, file_id: str) -> Response:
    """Hand out a file of a finding, to be saved; it was never opened here."""
    return as_saved(*evidence.open_file(tx, finding_id, file_id))
