"""What is said of redactions inside the publisher: restricted justifications and comments.

Guarded texts, never shared with the reviewer side. Their subject is the group's first mark.
"""

from collections.abc import Iterable

from app.access.clearance import names_cleared, subjects_with
from app.access.decide import may, may_all, require
from app.access.deposit import deposit_field
from app.access.editions import forget_redactions, lifted_codes
from app.access.release import release_field
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.redactions import boilerplate_warning
from app.domain.targets import FieldRef, Target
from app.features.redactions import queries, templates
from app.features.redactions.schemas import (
    CommentRedaction,
    CommentView,
    GroupView,
    RestrictedView,
)
from app.kernel.clock import now
from app.kernel.errors import Invalid
from app.kernel.ids import new_id
from app.models.redactions import RedactionComment
from app.transaction import Transaction

REASON = "restricted_justification"
READERS = ("author", "approver")
"""The roles that may read what is said inside (documents.read-deliberation)."""


def keep_reason(
    tx: Transaction, version_id: str, group: str, body: str, *, at_least: Iterable[str] = ()
) -> None:
    """Keep a restricted justification with the sensitivity of its writer and of its marks.

    One that was written for an earlier version keeps what it needed there (`at_least`).
    """
    forget_redactions(tx, version_id)
    _keep(tx, version_id, group, REASON, body, at_least=at_least)


def _keep(
    tx: Transaction,
    version_id: str,
    group: str,
    field: str,
    body: str,
    *,
    at_least: Iterable[str] = (),
) -> None:
    deposit_field(
        tx,
        Target("redaction", group),
        field=field,
        body=body,
        version_id=version_id,
        organisation_id=None,
        shared=False,
        at_least=at_least,
    )


def comment_redaction(
    tx: Transaction, version_id: str, command: CommentRedaction
) -> list[GroupView]:
    """Write a comment on a group, which only the publisher's cleared people read."""
    target = Target("redaction", command.group)
    require(tx, Action.COMMENT_REDACTION, target)
    if queries.find_redaction(tx, version_id, command.group) is None:
        raise Invalid(fields={"group": "This version has no such group."})
    comment = RedactionComment(
        id=new_id("comment"),
        version_id=version_id,
        group_id=command.group,
        written_by=tx.actor.id,
        written_at=now(),
    )
    tx.session.add(comment)
    tx.session.flush()
    _keep(tx, version_id, command.group, f"comment.{comment.id}", command.comment)
    tx.emit(
        Event(
            name="RedactionCommented",
            licence=Action.COMMENT_REDACTION,
            target=target,
            facts={"version_id": version_id, "comment": comment.id},
        )
    )
    groups = queries.grouped(queries.list_redactions(tx, version_id))
    return [group for group in groups if group.id == command.group]


def complete(tx: Transaction, version_id: str, groups: list[GroupView]) -> list[GroupView]:
    """Add to groups what they touch, how they came about, and what this person may read inside."""
    claims = queries.claim_places(tx, version_id)
    histories = queries.list_steps(tx, version_id)
    kept = subjects_with(tx, [group.id for group in groups], field=REASON)
    comments = queries.list_comments(tx, version_id)
    alike = queries.marks_by_justification(tx, version_id)
    known = [template.justification for template in templates.in_use(tx)]
    asked = [(Action.READ_DELIBERATION, Target("redaction", group.id)) for group in groups]
    found = []
    for group, inside in zip(groups, may_all(tx, asked), strict=True):
        more: dict[str, object] = {
            "boilerplate": boilerplate_warning(
                group.justification, marks=alike[group.justification], templates=known
            ),
            "claims": queries.claims_touched(group, claims),
            "history": histories.get(group.id, ()),
        }
        if inside:
            more |= _inside(tx, version_id, group, comments.get(group.id, []), group.id in kept)
        found.append(group.model_copy(update=more))
    return found


def _inside(
    tx: Transaction,
    version_id: str,
    group: GroupView,
    comments: list[tuple[RedactionComment, str]],
    restricted: bool,
) -> dict[str, object]:
    """Give the texts kept inside, each for who is cleared for it; reading one leaves an entry."""
    target = Target("redaction", group.id)
    can_comment = may(tx, Action.COMMENT_REDACTION, target)
    if not (comments or restricted):
        return {"can_comment": can_comment}
    require(tx, Action.READ_DELIBERATION, target)
    said = tuple(
        CommentView(
            id=row.id,
            by=name,
            at=row.written_at,
            text=_text(tx, version_id, group, f"comment.{row.id}"),
        )
        for row, name in comments
    )
    view = None
    if restricted:
        readers = names_cleared(tx, target, field=REASON, roles=READERS, beyond=group.categories)
        view = RestrictedView(text=_text(tx, version_id, group, REASON), readers=readers)
    shown = [one.id for one in said if one.text is not None]
    if shown or (view and view.text is not None):
        facts: dict[str, Fact] = {
            "version_id": version_id,
            "comments": shown,
            "restricted": bool(view and view.text is not None),
        }
        tx.emit(
            Event(
                name="DeliberationRead",
                licence=Action.READ_DELIBERATION,
                target=target,
                facts=facts,
            )
        )
    return {"can_comment": can_comment, "comments": said, "restricted": view}


def _text(tx: Transaction, version_id: str, group: GroupView, field: str) -> str | None:
    """Give a text if this person is cleared for its writer's sight and for the marks' categories.

    The categories may have changed since it was written.
    """
    found = release_field(tx, FieldRef(subject=Target("redaction", group.id), field=field))
    if found.written_by == tx.actor.id:
        return found.body
    return None if set(group.categories) - lifted_codes(tx, version_id) else found.body
