"""The JSON API of redactions."""

from app.domain.actions import Action
from app.features.redactions import (
    carrying,
    changing,
    deliberation,
    evidence,
    rewording,
    service,
    templates,
)
from app.features.redactions.carrying_schemas import (
    CarriedView,
    CarryIdentical,
    CarryMark,
    CarryOverView,
    DropMark,
)
from app.features.redactions.schemas import (
    ChangeRedaction,
    CommentRedaction,
    DecideRedactions,
    EditorView,
    EditRedactions,
    EvidenceEditorView,
    FoundView,
    GroupView,
    MakeTemplate,
    ProposeInEvidence,
    ProposeRedactions,
    RedactionView,
    RestoreRedactions,
    TemplateView,
    WithdrawRedactions,
)
from app.web.routing import Routes, Tx

routes = Routes(prefix="/api/v1", tags=["redactions"])


@routes.read(
    "/versions/{version_id}/redactions",
    action=Action.LIST_REDACTIONS,
    response_model=list[GroupView],
)
def list_groups(tx: Tx, version_id: str, state: str = "", category: str = "") -> list[GroupView]:
    """List the redactions of a version by the reason they share."""
    return service.list_groups(tx, version_id, state=state, category=category)


@routes.read(
    "/versions/{version_id}/redactions/search",
    action=Action.LIST_REDACTIONS,
    response_model=FoundView,
)
def find_places(tx: Tx, version_id: str, q: str, whole_words: bool = False) -> FoundView:
    """Find every occurrence of a phrase, across lines and pages."""
    return service.find_places(tx, version_id, phrase=q, whole_words=whole_words)


@routes.read(
    "/versions/{version_id}/redactions/pages/{number}",
    action=Action.LIST_REDACTIONS,
    response_model=EditorView,
)
def open_editor(tx: Tx, version_id: str, number: int) -> EditorView:
    """Give a page's size, its words in your own edition and its marks, if you may open the page."""
    return service.open_editor(tx, version_id, number)


@routes.act(
    "/versions/{version_id}/redactions",
    action=Action.PROPOSE_REDACTION,
    response_model=list[RedactionView],
    status_code=201,
)
def propose_redactions(tx: Tx, version_id: str, command: ProposeRedactions) -> list[RedactionView]:
    """Propose redactions for one reason."""
    return service.propose_redactions(tx, version_id, command)


@routes.read(
    "/versions/{version_id}/redactions/evidence/{code}",
    action=Action.LIST_REDACTIONS,
    response_model=EvidenceEditorView,
)
def open_evidence_editor(
    tx: Tx, version_id: str, code: str, part: int = 1, q: str = ""
) -> EvidenceEditorView:
    """Give lines of an evidence item and its marks, if nothing of the version is withheld."""
    return evidence.open_evidence_editor(tx, version_id, code, part=part, phrase=q)


@routes.act(
    "/versions/{version_id}/redactions/evidence/{code}",
    action=Action.PROPOSE_REDACTION,
    response_model=list[RedactionView],
    status_code=201,
)
def propose_in_evidence(
    tx: Tx, version_id: str, code: str, command: ProposeInEvidence
) -> list[RedactionView]:
    """Propose to redact lines, fields or words of an evidence item for one reason."""
    return evidence.propose_in_evidence(tx, version_id, code, command)


@routes.act(
    "/versions/{version_id}/redactions/decide",
    action=Action.DECIDE_REDACTION,
    response_model=list[GroupView],
)
def decide_redactions(tx: Tx, version_id: str, command: DecideRedactions) -> list[GroupView]:
    """Approve or refuse redactions that somebody else proposed."""
    return service.decide_redactions(tx, version_id, command)


@routes.act(
    "/versions/{version_id}/redactions/withdraw",
    action=Action.WITHDRAW_REDACTION,
    response_model=list[GroupView],
)
def withdraw_redactions(tx: Tx, version_id: str, command: WithdrawRedactions) -> list[GroupView]:
    """Withdraw your own undecided proposals."""
    return changing.withdraw_redactions(tx, version_id, command)


@routes.act(
    "/versions/{version_id}/redactions/change",
    action=Action.CHANGE_REDACTION,
    response_model=RedactionView,
)
def change_redaction(tx: Tx, version_id: str, command: ChangeRedaction) -> RedactionView:
    """Move or resize your own undecided mark; the answer has a new id, which replaces the old."""
    return changing.change_redaction(tx, version_id, command)


@routes.act(
    "/versions/{version_id}/redactions/restore",
    action=Action.RESTORE_REDACTION,
    response_model=list[GroupView],
)
def restore_redactions(tx: Tx, version_id: str, command: RestoreRedactions) -> list[GroupView]:
    """Bring your own withdrawn marks back."""
    return changing.restore_redactions(tx, version_id, command)


@routes.act(
    "/versions/{version_id}/redactions/comment",
    action=Action.COMMENT_REDACTION,
    response_model=list[GroupView],
)
def comment_redaction(tx: Tx, version_id: str, command: CommentRedaction) -> list[GroupView]:
    """Comment on a group of marks, inside the publisher."""
    return deliberation.comment_redaction(tx, version_id, command)


@routes.act(
    "/versions/{version_id}/redactions/edit",
    action=Action.CHANGE_REDACTION,
    response_model=list[GroupView],
)
def edit_redactions(tx: Tx, version_id: str, command: EditRedactions) -> list[GroupView]:
    """Change the reason or the boxes of your own undecided groups."""
    return rewording.edit_redactions(tx, version_id, command)


@routes.read(
    "/versions/{version_id}/carry-over",
    action=Action.CARRY_REDACTIONS,
    response_model=CarryOverView,
)
def open_carry_over(tx: Tx, version_id: str) -> CarryOverView:
    """Give the marks of earlier versions that wait here, and where each may go."""
    return carrying.open_carry_over(tx, version_id)


@routes.act(
    "/versions/{version_id}/carry-over",
    action=Action.CARRY_REDACTIONS,
    response_model=CarriedView,
    status_code=201,
)
def carry_identical(tx: Tx, version_id: str, command: CarryIdentical) -> CarriedView:
    """Carry marks over together whose words and surroundings are the same in both versions."""
    return carrying.carry_identical(tx, version_id, command)


@routes.act(
    "/versions/{version_id}/carry-over/mark",
    action=Action.CARRY_REDACTIONS,
    response_model=CarriedView,
    status_code=201,
)
def carry_mark(tx: Tx, version_id: str, command: CarryMark) -> CarriedView:
    """Carry one mark over to the places chosen for it."""
    return carrying.carry_mark(tx, version_id, command)


@routes.act(
    "/versions/{version_id}/carry-over/not-needed",
    action=Action.CARRY_REDACTIONS,
    response_model=CarryOverView,
)
def drop_mark(tx: Tx, version_id: str, command: DropMark) -> CarryOverView:
    """Say why a mark of an earlier version is not needed in this one."""
    return carrying.drop_mark(tx, version_id, command)


@routes.read("/justifications", action=Action.LIST_TEMPLATES, response_model=list[TemplateView])
def list_templates(tx: Tx) -> list[TemplateView]:
    """List the reasons that recur."""
    return templates.list_templates(tx)


@routes.act(
    "/justifications",
    action=Action.MANAGE_TEMPLATES,
    response_model=TemplateView,
    status_code=201,
)
def make_template(tx: Tx, command: MakeTemplate) -> TemplateView:
    """Put a reason that recurs on the list."""
    return templates.make_template(tx, command)


@routes.act(
    "/justifications/{template_id}/retire",
    action=Action.MANAGE_TEMPLATES,
    response_model=list[TemplateView],
)
def retire_template(tx: Tx, template_id: str) -> list[TemplateView]:
    """Take a reason off the list."""
    return templates.retire_template(tx, template_id)
