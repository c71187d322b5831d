"""Templates for justifications: reasons that recur, to be chosen and fitted to the case."""

from sqlalchemy import select

from app.access.decide import require
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.redactions import category_problem
from app.domain.targets import INSTALLATION
from app.features.redactions.schemas import MakeTemplate, TemplateView
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.ids import new_id
from app.models.redactions import JustificationTemplate
from app.transaction import Transaction


def list_templates(tx: Transaction) -> list[TemplateView]:
    """List the templates in use, by category."""
    require(tx, Action.LIST_TEMPLATES, INSTALLATION)
    return in_use(tx)


def in_use(tx: Transaction) -> list[TemplateView]:
    """Give the templates in use to what has decided that this person may know them."""
    rows = tx.session.scalars(
        select(JustificationTemplate)
        .where(JustificationTemplate.state == "active")
        .order_by(JustificationTemplate.categories, JustificationTemplate.character)
    )
    return [_view(row) for row in rows]


def _view(row: JustificationTemplate) -> TemplateView:
    return TemplateView(
        id=row.id,
        categories=tuple(row.categories),
        character=row.character,
        justification=row.justification,
    )


def make_template(tx: Transaction, command: MakeTemplate) -> TemplateView:
    """Put a template on the list."""
    require(tx, Action.MANAGE_TEMPLATES, INSTALLATION)
    if problem := category_problem(command.categories):
        raise Invalid(fields={"categories": problem})
    row = JustificationTemplate(
        id=new_id("template"),
        categories=sorted(set(command.categories)),
        character=command.character,
        justification=command.justification,
        state="active",
        made_by=tx.actor.id,
        made_at=now(),
    )
    tx.session.add(row)
    _emit(tx, "TemplateMade", row)
    return _view(row)


def retire_template(tx: Transaction, template_id: str) -> list[TemplateView]:
    """Take a template off the list; what was written with it stays as it is."""
    require(tx, Action.MANAGE_TEMPLATES, INSTALLATION)
    row = tx.session.scalars(
        select(JustificationTemplate)
        .where(JustificationTemplate.id == template_id)
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound
    if row.state != "active":
        raise Conflict("This template was taken off the list already.")
    row.state = "retired"
    _emit(tx, "TemplateRetired", row)
    return in_use(tx)


def _emit(tx: Transaction, name: str, row: JustificationTemplate) -> None:
    tx.session.flush()
    tx.emit(
        Event(
            name=name,
            licence=Action.MANAGE_TEMPLATES,
            target=INSTALLATION,
            facts={"template": row.id, "categories": list(row.categories)},
            content={"character": row.character, "justification": row.justification},
        )
    )
