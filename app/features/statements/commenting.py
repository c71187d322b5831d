"""Comments on a shared draft: the publisher marks words of it, the organisation decides each."""

from sqlalchemy import func, select

from app.access.decide import require
from app.access.deposit import deposit_field, share_field
from app.access.linter import withheld_in
from app.access.narrowing import once_granted
from app.access.statement_texts import statement_texts
from app.domain.actions import Action
from app.domain.categories import CODES
from app.domain.events import Event, Fact
from app.domain.targets import Target
from app.features.statements import queries
from app.features.statements.content import read_content
from app.features.statements.reading import comment_views
from app.features.statements.schemas import CommentStatement, CommentView, DecideComment
from app.kernel.clock import now
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.kernel.ids import new_id
from app.models.statements import Statement, StatementComment
from app.transaction import Transaction

MOST = 500
_UNSTATED = "Confirm that your comment contains nothing withheld from the organisation."


def comment_statement(tx: Transaction, statement_id: str, command: CommentStatement) -> CommentView:
    """Mark words of a shared draft while its window is open.

    Raises:
        Invalid: the quote does not stand in that section, a mark for confidentiality has no
            category, or the comment says what is withheld from the organisation.
        Forbidden: one is not cleared for the draft oneself.
        Conflict: as many comments as there can be.
    """
    target = Target("statement", statement_id)
    require(tx, Action.COMMENT_STATEMENT, target)
    row = queries.get_statement(tx, statement_id)
    _require_quoted(tx, row, command)
    category = _category(command)
    _require_safe(tx, row, command)
    number = _next_number(tx, row)
    one = StatementComment(
        id=new_id("statement_comment"),
        statement_id=row.id,
        organisation_id=row.organisation_id,
        number=number,
        kind=command.kind,
        category=category,
        topic=command.section,
        made_by=tx.actor.id,
        made_at=now(),
    )
    tx.session.add(one)
    tx.session.flush()
    _say(tx, row, f"comment.{one.id}", command.comment)
    if command.quote:
        _say(tx, row, f"quote.{one.id}", command.quote)
    facts: dict[str, Fact] = {
        "comment": number,
        "kind": command.kind,
        "category": category,
        "section": command.section,
        "stated": "contains nothing withheld",
    }
    _tell(tx, row, "StatementCommented", Action.COMMENT_STATEMENT, facts)
    return _view(tx, row, one.id)


def decide_comment(
    tx: Transaction, statement_id: str, comment_id: str, command: DecideComment
) -> CommentView:
    """Decide a comment; the decision, its reason and its count are the publisher's to read.

    Raises:
        Invalid: what is not adopted needs a reason.
    """
    target = Target("statement", statement_id)
    require(tx, Action.DECIDE_COMMENT, target)
    row = queries.get_statement(tx, statement_id)
    one = tx.session.get(StatementComment, comment_id, with_for_update=True)
    if one is None or one.statement_id != row.id:
        raise NotFound
    if command.decision != "adopted" and not command.reason:
        raise Invalid(fields={"reason": "Say why not, or why only in part."})
    before = one.decision
    one.decision, one.decided_by, one.decided_at = command.decision, tx.actor.id, now()
    tx.session.flush()
    draft = queries.draft_of(tx, row.id)
    draft.digest = draft.sealed_at = None
    if command.reason or before is not None:
        field = f"reason.{one.id}"
        _deposit(tx, row, field, command.reason)
        share_field(tx, target, field=field, narrowed_to=_needed(tx, row, field))
    facts: dict[str, Fact] = {
        "comment": one.number,
        "decision": command.decision,
        "before": before,
    }
    _tell(tx, row, "CommentDecided", Action.DECIDE_COMMENT, facts)
    return _view(tx, row, one.id)


def _require_quoted(tx: Transaction, row: Statement, command: CommentStatement) -> None:
    kept = statement_texts(tx, row.id, ["shared"]).get("shared")
    if kept is None:
        raise NotFound
    if kept.body is None:
        raise Forbidden(
            "Only somebody who is cleared for the whole draft can comment on it.",
            remedy="Ask a coordinator or approver with a wider grant.",
        )
    texts = {one.topic: one.text for one in read_content(kept.body).sections}
    if command.quote and _plain(command.quote) not in _plain(texts.get(command.section, "")):
        raise Invalid(fields={"quote": "These words do not stand in that section. Copy them."})


def _plain(text: str) -> str:
    return " ".join(text.split())


def _category(command: CommentStatement) -> str | None:
    if command.kind != "confidentiality":
        return None
    if command.category not in CODES:
        raise Invalid(fields={"category": "Choose the category of what is confidential."})
    return command.category


def _require_safe(tx: Transaction, row: Statement, command: CommentStatement) -> None:
    if not command.nothing_withheld:
        raise Invalid(fields={"nothing_withheld": _UNSTATED})
    found = withheld_in(
        tx, row.version_id, organisation_id=row.organisation_id, texts=[command.comment]
    ).hits
    if found:
        said = f"This says what is withheld from the organisation: “{found[0].words}”."
        raise Invalid(fields={"comment": said})


def _next_number(tx: Transaction, row: Statement) -> int:
    tx.session.execute(
        select(func.pg_advisory_xact_lock(func.hashtextextended(f"{row.id}:comments", 0)))
    )
    made = tx.session.scalar(
        select(func.count()).where(StatementComment.statement_id == row.id)
    ) or 0  # fmt: skip
    if made >= MOST:
        raise Conflict(f"A draft has at most {MOST} comments.")
    return made + 1


def _say(tx: Transaction, row: Statement, field: str, body: str) -> None:
    """Give the organisation words of the publisher, by the statement that came with them."""
    _deposit(tx, row, field, body)
    share_field(tx, Target("statement", row.id), field=field, narrowed_to=())


def _deposit(tx: Transaction, row: Statement, field: str, body: str) -> None:
    deposit_field(
        tx,
        Target("statement", row.id),
        field=field,
        body=body,
        version_id=row.version_id,
        organisation_id=row.organisation_id,
        shared=False,
        at_least=once_granted(tx, row.version_id),
    )


def _needed(tx: Transaction, row: Statement, field: str) -> tuple[str, ...]:
    return statement_texts(tx, row.id, [field])[field].sensitivity


def _tell(
    tx: Transaction, row: Statement, name: str, licence: Action, facts: dict[str, Fact]
) -> None:
    tx.emit(
        Event(
            name=name,
            licence=licence,
            target=Target("statement", row.id),
            organisations=frozenset({row.organisation_id}),
            facts=facts,
        )
    )


def _view(tx: Transaction, row: Statement, comment_id: str) -> CommentView:
    return next(one for one in comment_views(tx, row) if one.id == comment_id)
