"""Decides with the policies: `require` licenses, `may` only asks, `keep` filters rows of a list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from app.access.facts import database_now, find_facts, grants_for, person_facts
from app.access.inside import kept_inside, version_around
from app.domain.actions import Action
from app.domain.targets import INSTALLATION, Target
from app.kernel.actor import Actor, Side
from app.kernel.errors import Forbidden, NotFound, SignInNeeded, VitrineError
from app.policy.facts import (
    Answer,
    CategoryFacts,
    GrantFacts,
    Question,
    RedactionFacts,
    ResourceFacts,
)
from app.transaction import PRIVATE, Decision, Transaction

Row = TypeVar("Row")

BY_GRANT = frozenset(
    {
        Action.READ_VERSION,
        Action.READ_PAGE,
        Action.SEARCH_VERSION,
        Action.READ_CLAIMS,
        Action.VIEW_AS,
        Action.KEEP_NOTE,
        Action.LIST_REDACTIONS,
        Action.READ_REDACTION_RECORD,
        Action.READ_REDACTION,
        Action.ASSESS_REDACTION,
        Action.CHALLENGE_REDACTION,
        Action.PROPOSE_REDACTION,
        Action.CARRY_REDACTIONS,
        Action.CARRY_CLAIMS,
        Action.DOWNLOAD_VERSION,
        Action.READ_INGESTION,
        Action.CONFIRM_WORDS,
        Action.APPROVE_PDF,
        Action.DECIDE_REDACTION,
        Action.WITHDRAW_REDACTION,
        Action.CHANGE_REDACTION,
        Action.RESTORE_REDACTION,
        Action.READ_DELIBERATION,
        Action.COMMENT_REDACTION,
    }
)
"""Actions whose policies look at the grant on the strength of which one acts."""


@dataclass(frozen=True)
class Lifted:
    """The categories lifted for the acting person on a version, and by which grants."""

    codes: frozenset[str]
    grant_ids: tuple[str, ...]


def require(tx: Transaction, action: Action, target: Target, *, inside: bool = False) -> Decision:
    """Decide an action and keep the decision on the transaction; it licenses events.

    Args:
        tx: the transaction.
        action: the act.
        target: what it is done to.
        inside: a refusal would tell of something that is the acting organisation's own.

    Raises:
        SignInNeeded: nobody is signed in and nobody may do this.
        NotFound: missing, or to be treated as missing.
        Forbidden: a visible thing, an act beyond the person's role or the thing's state.
    """
    already = tx.licence(action, target)
    if already is not None:
        return already
    resource = find_facts(tx, target)
    decision = _decide(tx, action, target, resource)
    if not decision.allowed and tx.actor.side is Side.REVIEWER:
        private = inside or kept_inside(action, target, resource)
        shown = _as_refused_reading(tx, target, resource) if private or action in PRIVATE else None
        decision = replace(decision, private=private, instead=shown)
    tx.decisions.append(decision)
    if not decision.allowed:
        raise _refusal(tx, action, target, missing=resource is None)
    return decision


def as_reading(tx: Transaction, version_id: str) -> None:
    """Keep the decision on what a private act of this person is to look like in the log.

    The reading of a page of its version, if one may; else the list of statements, for which one may
    always ask. Without it the log would tell such an act by what it lacks. Nothing is refused.
    """
    target = Target("version", version_id)
    resource = find_facts(tx, target)
    if tx.licence(Action.READ_PAGE, target) is not None:
        return
    decision = _decide(tx, Action.READ_PAGE, target, resource)
    if not decision.allowed:
        installation = find_facts(tx, INSTALLATION)
        decision = _decide(tx, Action.LIST_STATEMENTS, INSTALLATION, installation)
    if decision.allowed:
        tx.decisions.append(decision)


def _as_refused_reading(
    tx: Transaction, target: Target, resource: ResourceFacts | None
) -> Decision | None:
    """Say as which refused page read a private refusal stands in the log; None: there is no page.

    A page that one may read is refused as a part of the version that is not there.
    """
    version_id = version_around(tx, target, known=resource is not None)
    if version_id is None:
        return None
    version = Target("version", version_id)
    decision = _decide(tx, Action.READ_PAGE, version, find_facts(tx, version))
    policies = ("door.no-such-part",) if decision.allowed else decision.policies
    return Decision(action=Action.READ_PAGE, target=version, allowed=False, policies=policies)


def may(tx: Transaction, action: Action, target: Target) -> bool:
    """Ask without consequence, to show or hide what a person can do. Never a licence."""
    resource = find_facts(tx, target)
    return _decide(tx, action, target, resource).allowed


def may_somebody(tx: Transaction, actor: Actor, action: Action, target: Target) -> bool:
    """Ask what the policies would say if somebody else asked now. Never a licence.

    The facts are read behind the wall of the one who acts; only the worker's jobs see all of them.
    """
    return may(Transaction(tx.installation, tx.session, actor, tx.context), action, target)


def may_all(tx: Transaction, asked: Sequence[tuple[Action, Target]]) -> list[bool]:
    """Ask about several acts in one batch; see `may`."""
    questions: list[tuple[int, Question]] = []
    for index, (action, target) in enumerate(asked):
        resource = find_facts(tx, target)
        if resource is not None:
            questions += [(index, q) for q in _questions(tx, action, target, resource)]
    answers = tx.installation.policies.ask([question for _, question in questions])
    allowed = {i for (i, _), answer in zip(questions, answers, strict=True) if answer.allowed}
    return [index in allowed for index in range(len(asked))]


def keep(
    tx: Transaction, action: Action, rows: Sequence[Row], target_of: Callable[[Row], Target]
) -> list[Row]:
    """Keep the rows of a page that the policies allow, decided in one batch."""
    allowed = may_all(tx, [(action, target_of(row)) for row in rows])
    return [row for row, good in zip(rows, allowed, strict=True) if good]


def keep_to_read(
    tx: Transaction, action: Action, rows: Sequence[Row], target_of: Callable[[Row], Target]
) -> list[Row]:
    """Keep the rows of a page as `keep` does, and the decisions: a line of each may be released."""
    questions = [
        (index, question)
        for index, row in enumerate(rows)
        if (resource := find_facts(tx, target_of(row))) is not None
        for question in _questions(tx, action, target_of(row), resource)
    ]
    answers = tx.installation.policies.ask([question for _, question in questions])
    allowed: dict[int, Decision] = {}
    for (index, question), answer in zip(questions, answers, strict=True):
        if answer.allowed and index not in allowed:
            target = target_of(rows[index])
            allowed[index] = _decision(action, target, answer, question.grant)
    tx.decisions.extend(allowed.values())
    return [rows[index] for index in sorted(allowed)]


def lifted(tx: Transaction, version_id: str, codes: Sequence[str]) -> Lifted:
    """Decide in one batch which of these categories are lifted for the acting person.

    Args:
        tx: the transaction; `READ_VERSION` or `READ_PAGE` was decided before.
        version_id: the version read.
        codes: the categories that occur in it.
    """
    pairs = [(grant, code) for grant in grants_for(tx, version_id) for code in codes]
    person, now = person_facts(tx), database_now(tx)
    answers = tx.installation.policies.ask(
        [
            Question(
                person=person,
                action=Action.REVEAL.cedar,
                resource=CategoryFacts(code=code),
                grant=grant,
                now=now,
            )
            for grant, code in pairs
        ]
    )
    allowed = [pair for pair, answer in zip(pairs, answers, strict=True) if answer.allowed]
    return Lifted(
        codes=frozenset(code for _, code in allowed),
        grant_ids=tuple(sorted({grant.id for grant, _ in allowed})),
    )


def lifted_where(tx: Transaction, action: Action, target: Target) -> frozenset[str]:
    """Give the categories lifted by those grants, taken together, that allow an act by themselves.

    Args:
        tx: the transaction; `action` was required before.
        action: one of BY_GRANT.
        target: the version.
    """
    resource = find_facts(tx, target)
    questions = [] if resource is None else _questions(tx, action, target, resource)
    answers = tx.installation.policies.ask(questions)
    return frozenset(
        code
        for question, answer in zip(questions, answers, strict=True)
        if answer.allowed and question.grant is not None
        for code in question.grant.lifted
    )


def _decide(
    tx: Transaction, action: Action, target: Target, resource: ResourceFacts | None
) -> Decision:
    if resource is None:
        return Decision(action=action, target=target, allowed=False, policies=())
    questions = _questions(tx, action, target, resource)
    answers = tx.installation.policies.ask(questions)
    for question, answer in zip(questions, answers, strict=True):
        if answer.allowed:
            return _decision(action, target, answer, question.grant)
    policies = tuple(sorted({policy for answer in answers for policy in answer.policies}))
    return Decision(action=action, target=target, allowed=False, policies=policies)


def _decision(action: Action, target: Target, answer: Answer, grant: GrantFacts | None) -> Decision:
    return Decision(
        action=action,
        target=target,
        allowed=True,
        policies=answer.policies,
        grant_id=None if grant is None else grant.id,
    )


def _questions(
    tx: Transaction, action: Action, target: Target, resource: ResourceFacts
) -> list[Question]:
    person, now = person_facts(tx), database_now(tx)
    grants: list[GrantFacts | None] = [None]
    if action in BY_GRANT:
        version_id = resource.version_id if isinstance(resource, RedactionFacts) else target.id
        grants = [*grants_for(tx, version_id)] or [None]
    return [
        Question(person=person, action=action.cedar, resource=resource, grant=grant, now=now)
        for grant in grants
    ]


def _refusal(tx: Transaction, action: Action, target: Target, *, missing: bool) -> VitrineError:
    if tx.actor.side is Side.NONE:
        return SignInNeeded()
    reading = action.name.startswith(("READ_", "SEARCH_", "DOWNLOAD_", "VIEW_AS", "LIST_"))
    outsider = tx.actor.side is Side.REVIEWER and target == INSTALLATION
    return NotFound() if missing or reading or outsider else Forbidden()
