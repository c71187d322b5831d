"""Challenges as they are read: the queue of the publisher, an organisation's own, one in full."""

from collections.abc import Sequence

from sqlalchemy import select

from app.access import scope
from app.access.decide import keep, may, require
from app.access.editions import lifted_codes
from app.access.release import release_field
from app.access.released import ReleasedField
from app.domain.actions import Action
from app.domain.challenges import OPEN, OUTCOMES
from app.domain.events import Event
from app.domain.redactions import size_label
from app.domain.targets import INSTALLATION, FieldRef, Target
from app.features.withheld import queries
from app.features.withheld.schemas import ChallengeRow, ChallengeView, Rect
from app.kernel.actor import Side
from app.kernel.clock import now
from app.kernel.errors import NotFound
from app.models.redactions import Redaction
from app.models.reports import Report, Version
from app.models.withheld import Challenge
from app.transaction import Transaction


def list_challenges(tx: Transaction, *, show: str = "") -> list[ChallengeRow]:
    """List challenges: an organisation's own; inside the publisher all, the oldest open first.

    Args:
        tx: the transaction.
        show: `open`, `decided`, or anything else for all of them.
    """
    require(tx, Action.LIST_CHALLENGES, INSTALLATION)
    rows = [row for row in _rows(tx) if _wanted(row, show)]
    return sorted(rows, key=lambda row: (row.state not in OPEN, row.raised_at, row.id))


def own_challenges(tx: Transaction) -> tuple[ChallengeView, ...]:
    """Give all challenges of the acting organisation in full, for it to take along."""
    views = []
    for row in tx.session.scalars(scope.challenges(tx)).all():
        require(tx, Action.READ_CHALLENGE, Target("challenge", row.id))
        views.append(challenge_view(tx, row))
    return tuple(views)


def about(tx: Transaction, redaction_id: str) -> tuple[ChallengeRow, ...]:
    """List the challenges of a redaction that the acting person may read, the newest first."""
    rows = [row for row in _rows(tx) if row.redaction_id == redaction_id]
    return tuple(sorted(rows, key=lambda row: row.raised_at, reverse=True))


def waiting(tx: Transaction, redaction_id: str) -> bool:
    """Say whether the acting organisation has a challenge of a redaction that is not decided."""
    return any(row.state in OPEN for row in about(tx, redaction_id))


def _wanted(row: ChallengeRow, show: str) -> bool:
    return show not in ("open", "decided") or (row.state in OPEN) == (show == "open")


def _rows(tx: Transaction) -> list[ChallengeRow]:
    found: Sequence[Challenge] = tx.session.scalars(scope.challenges(tx)).all()
    readable = keep(tx, Action.READ_CHALLENGE, found, lambda row: Target("challenge", row.id))
    return [challenge_row(tx, row) for row in readable]


def challenge_row(tx: Transaction, row: Challenge) -> ChallengeRow:
    """Give the line of a challenge; who asks is told to those who look after reviews."""
    organisation = queries.organisation_name(tx, row.organisation_id)
    title = tx.session.scalars(
        select(Report.title)
        .join(Version, Version.report_id == Report.id)
        .where(Version.id == row.version_id)
    ).one_or_none()
    outside = tx.actor.side is Side.REVIEWER
    state = "open" if outside and row.state == "narrowing" else row.state
    return ChallengeRow(
        id=row.id,
        number=row.number if organisation else row.alias,
        organisation=organisation,
        redaction_id=row.redaction_id,
        version_id=row.version_id,
        report_title=title or "",
        page=row.page,
        categories=tuple(row.categories),
        character=row.character,
        state=state,
        outcome=OUTCOMES[state],
        raised_at=row.raised_at,
        due_on=row.due_on,
        decided_at=row.decided_at,
        late=row.state in OPEN and row.due_on < now().date(),
    )


def read_challenge(tx: Transaction, challenge_id: str) -> ChallengeView:
    """Read a challenge with its reason and its decision."""
    target = Target("challenge", challenge_id)
    require(tx, Action.READ_CHALLENGE, target)
    row = tx.session.get(Challenge, challenge_id)
    if row is None:
        raise NotFound
    tx.emit(
        Event(
            name="ChallengeRead",
            licence=Action.READ_CHALLENGE,
            target=target,
            organisations=frozenset({row.organisation_id}),
        )
    )
    return challenge_view(tx, row)


def challenge_view(tx: Transaction, row: Challenge) -> ChallengeView:
    """Give a challenge in full, as the acting person may read it; its reading was required."""
    target = Target("challenge", row.id)
    reason, decision = _text(tx, target, "reason"), _text(tx, target, "decision")
    inside = tx.actor.side is not Side.REVIEWER
    outward = inside or row.state in ("upheld", "narrowed", "lifted")
    redaction = tx.session.get(Redaction, row.redaction_id) if inside else None
    cleared = redaction is not None and is_cleared(tx, redaction)
    return ChallengeView(
        row=challenge_row(tx, row),
        reason=reason.body if reason else None,
        reason_masked=reason is not None and reason.masked,
        decision=decision.body if decision and outward else None,
        size=size_label(redaction.size_words) if redaction else None,
        mode=redaction.mode if redaction else None,
        rects=_rects(redaction.rects) if redaction else (),
        narrowed_rects=_rects(row.narrowed_rects or []) if inside else (),
        can_withdraw=row.state in OPEN and may(tx, Action.WITHDRAW_CHALLENGE, target),
        can_decide=row.state == "open" and cleared and may(tx, Action.DECIDE_CHALLENGE, target),
        can_confirm=row.state == "narrowing"
        and cleared
        and may(tx, Action.CONFIRM_NARROWING, target),
        cleared=cleared,
        deciders=queries.uninvolved_approvers(tx, redaction) if redaction else 0,
    )


def is_cleared(tx: Transaction, redaction: Redaction) -> bool:
    """Say whether the acting person reads, by grants of their own, what is under a mark."""
    if not may(tx, Action.READ_PAGE, Target("version", redaction.version_id)):
        return False
    if redaction.state not in ("proposed", "approved", "in_force"):
        return True
    return set(redaction.categories) <= lifted_codes(tx, redaction.version_id)


def _text(tx: Transaction, target: Target, field: str) -> ReleasedField | None:
    try:
        return release_field(tx, FieldRef(subject=target, field=field))
    except NotFound:
        return None


def _rects(stored: Sequence[Sequence[float]]) -> tuple[Rect, ...]:
    return tuple((x0, y0, x1, y1) for x0, y0, x1, y1 in stored)
