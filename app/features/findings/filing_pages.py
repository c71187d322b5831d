"""The page that files a finding, or keeps it as a draft, on a place chosen in the reader."""

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from app.access.decide import may, require
from app.domain.actions import Action
from app.domain.targets import Target
from app.features.findings import draft_reading, evidence, filing, queries
from app.features.findings.anchors import find_anchor
from app.features.findings.duplicates import find_similar
from app.features.findings.filing_forms import (
    BLANK_REFERENCES,
    CLASS_OPTIONS,
    MATERIALITY_OPTIONS,
    Chosen,
    Text,
    Typed,
    TypedFinding,
    number,
    sent_of,
    values_of,
)
from app.features.findings.filing_schemas import DraftFinding, FileFinding, Where
from app.kernel.errors import Invalid
from app.models.reviews import Review
from app.transaction import Transaction
from app.web.forms import command_from
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx, takes_file

routes = Routes()


@routes.page("/findings/new", action=Action.DRAFT_FINDING)
def new_page(
    tx: Tx,
    request: Request,
    version: str = "",
    page: str = "",
    word_from: str = "",
    word_to: str = "",
    words: str = "",
    claim: str = "",
    redaction: str = "",
) -> HTMLResponse:
    """Show the form that files a finding on words chosen in the reader (`12` to `30`, or `12-30`).

    Without words it is about the whole page, so that it works where nothing can be selected; or
    about a claim (its code or id), or about the gap of a redaction.
    """
    first, _, last = words.partition("-")
    typed: Typed = {
        "review_id": _review_of(tx, version),
        "page": page or ("" if claim or redaction else "1"),
        "word_from": word_from or first,
        "word_to": word_to or last or word_from or first,
        "claim": claim,
        "redaction": redaction,
        "finding_class": "C" if redaction else "B",
        "materiality": "claim",
        "references": [],
    }
    return _new_page(tx, request, typed)


@routes.form("/findings", action=Action.FILE_FINDING)
@takes_file
def file_form(
    tx: Tx, request: Request, typed: TypedFinding, file_title: Text = "", file: Chosen = None
) -> Response:
    """File a finding, with the file that shows it if one was chosen."""
    try:
        command, sent = command_from(FileFinding, values_of(typed)), sent_of(file, file_title)
        row = filing.file_with(tx, command, sent) if sent else filing.file_finding(tx, command)
    except Invalid as error:
        tx.rollback()
        return _new_page(tx, request, {**typed, "file_title": file_title}, errors=error.fields)
    return see_other(f"/findings/{row.id}")


@routes.form("/findings/drafts", action=Action.DRAFT_FINDING)
@takes_file
def draft_form(
    tx: Tx, request: Request, typed: TypedFinding, file_title: Text = "", file: Chosen = None
) -> Response:
    """Keep what was typed as a draft, with the file that was chosen."""
    try:
        command = command_from(DraftFinding, values_of(typed))
        made = filing.draft_with(tx, command, sent_of(file, file_title))
    except Invalid as error:
        tx.rollback()
        return _new_page(tx, request, {**typed, "file_title": file_title}, errors=error.fields)
    return see_other(f"/findings/drafts/{made.id}")


@routes.page("/findings/{finding_id}/files/{file_id}", action=Action.READ_FINDING)
def file_page(tx: Tx, finding_id: str, file_id: str) -> Response:
    """Hand out a file of a finding, to be saved and never shown."""
    name, content = evidence.open_file(tx, finding_id, file_id)
    return as_saved(name, content)


@routes.page("/findings/drafts/{draft_id}/files/{file_id}", action=Action.READ_FINDING_DRAFT)
def draft_file_page(tx: Tx, draft_id: str, file_id: str) -> Response:
    """Hand out a file of a draft, to be saved and never shown."""
    name, content = draft_reading.open_draft_file(tx, draft_id, file_id)
    return as_saved(name, content)


def as_saved(name: str, content: bytes) -> Response:
    """Answer with a file that a browser saves: it neither shows it nor guesses what it is."""
    return Response(
        content,
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


def _review_of(tx: Transaction, version_id: str) -> str:
    """Find the acting organisation's open review of a version; an unknown id when there is none."""
    return next(iter(queries.own_reviews(tx, version_id)), "rev_none")


def _new_page(
    tx: Transaction, request: Request, typed: Typed, *, errors: dict[str, str] | None = None
) -> HTMLResponse:
    review_id = str(typed["review_id"])
    target = Target("review", review_id)
    require(tx, Action.DRAFT_FINDING, target)
    version_id = tx.session.get_one(Review, review_id).version_id
    anchor = find_anchor(tx, version_id, _where(typed))
    similar = find_similar(
        tx,
        version_id=version_id,
        page=anchor.page,
        rects=anchor.rects,
        claim_id=anchor.claim_id,
        said=str(typed.get("statement", "")),
    )
    return show(
        tx,
        request,
        "findings/new.html",
        status=422 if errors else 200,
        typed=typed,
        errors=errors or {},
        anchor=anchor,
        claim_code=queries.claim_code(tx, anchor.claim_id),
        similar=similar,
        can_file=may(tx, Action.FILE_FINDING, target),
        back=f"/versions/{version_id}/pages/{anchor.page}",
        blank_references=BLANK_REFERENCES,
        classes=CLASS_OPTIONS,
        materiality=MATERIALITY_OPTIONS,
    )


def _where(typed: Typed) -> Where:
    return Where(
        page=number(typed["page"]) or (None if typed["claim"] or typed["redaction"] else 1),
        word_from=number(typed["word_from"]),
        word_to=number(typed["word_to"]),
        claim=str(typed["claim"])[:64] or None,
        redaction=str(typed["redaction"])[:64] or None,
    )
