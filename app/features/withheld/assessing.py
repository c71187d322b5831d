"""One removal as a reviewer looks at it: what is known of it, and the organisation's judgement."""

from sqlalchemy import select

from app.access import scope
from app.access.decide import may, require
from app.access.deposit import deposit_field, share_field
from app.access.facts import forget
from app.access.release import release_field
from app.domain.actions import Action
from app.domain.categories import CODES
from app.domain.events import Event
from app.domain.targets import FieldRef, Target
from app.features.withheld import challenges, queries
from app.features.withheld.schemas import AssessmentView, AssessRedaction, RemovalView
from app.features.withheld.service import own_edition
from app.kernel.clock import now
from app.kernel.errors import Conflict, NotFound
from app.kernel.ids import new_id
from app.models.redactions import Redaction
from app.models.withheld import Assessment
from app.transaction import Transaction

NOTE = "note"


def open_removal(tx: Transaction, redaction_id: str) -> RemovalView:
    """Open one removal of one's own edition, with what one's organisation says of it."""
    target = Target("redaction", redaction_id)
    require(tx, Action.READ_REDACTION, target)
    redaction = tx.session.get(Redaction, redaction_id)
    if redaction is None:
        raise NotFound
    own = own_edition(tx, redaction.version_id)
    removal = next((r for r in own.removals if r.id == redaction_id), None)
    if removal is None:
        raise NotFound
    tx.emit(
        Event(
            name="RemovalRead",
            licence=Action.READ_REDACTION,
            target=target,
            facts={"edition": own.facts.key, "withheld": removal.withheld},
        )
    )
    assessment = _find(tx, redaction_id)
    return RemovalView(
        edition=own.facts,
        removal=removal,
        assessment=None if assessment is None else assessment_view(tx, assessment),
        challenges=challenges.about(tx, redaction_id),
        can_assess=may(tx, Action.ASSESS_REDACTION, target)
        and (assessment is None or assessment.state == "draft"),
        can_share=assessment is not None
        and may(tx, Action.SHARE_ASSESSMENT, Target("assessment", assessment.id)),
        can_challenge=may(tx, Action.CHALLENGE_REDACTION, target)
        and not challenges.waiting(tx, redaction_id),
    )


def assess_redaction(
    tx: Transaction, redaction_id: str, command: AssessRedaction
) -> AssessmentView:
    """Write down, or change, what one's organisation thinks of a redaction; nobody else sees it.

    Raises:
        Conflict: it was shared with the publisher already.
    """
    target = Target("redaction", redaction_id)
    require(tx, Action.ASSESS_REDACTION, target)
    redaction = tx.session.get(Redaction, redaction_id)
    if redaction is None:
        raise NotFound
    row = _find(tx, redaction_id, lock=True)
    if row is not None and row.state != "draft":
        raise Conflict("This assessment is shared with the publisher and stands as it is.")
    row = row or _new(tx, redaction)
    for axis in ("scope", "reason", "balance", "materiality"):
        setattr(row, axis, getattr(command, axis))
    row.written_by, row.written_at = tx.actor.id, now()
    tx.session.add(row)
    tx.session.flush()
    about = Target("assessment", row.id)
    deposit_field(
        tx,
        about,
        field=NOTE,
        body=command.note,
        version_id=row.version_id,
        organisation_id=row.organisation_id,
        shared=False,
    )
    forget(tx, about)
    # A draft is the organisation's own: the log says that there is one, not what it says.
    tx.emit(
        Event(name="AssessmentSaved", licence=Action.ASSESS_REDACTION, target=target, subject=about)
    )
    require(tx, Action.READ_ASSESSMENT, about)
    return assessment_view(tx, row)


def share_assessment(tx: Transaction, assessment_id: str) -> AssessmentView:
    """Share an assessment with the publisher; from then on it stands as it is."""
    target = Target("assessment", assessment_id)
    require(tx, Action.SHARE_ASSESSMENT, target)
    row = tx.session.scalars(
        select(Assessment).where(Assessment.id == assessment_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound
    if row.state != "draft":
        raise Conflict("This assessment is shared already.")
    row.state, row.shared_by, row.shared_at = "shared", tx.actor.id, now()
    share_field(tx, target, field=NOTE, narrowed_to=CODES)
    tx.session.flush()
    forget(tx, target)
    tx.emit(
        Event(
            name="AssessmentShared",
            licence=Action.SHARE_ASSESSMENT,
            target=target,
            organisations=frozenset({row.organisation_id}),
            facts={
                "redaction": row.redaction_id,
                "scope": row.scope,
                "reason": row.reason,
                "balance": row.balance,
                "materiality": row.materiality,
            },
            stage="shared",
        )
    )
    require(tx, Action.READ_ASSESSMENT, target)
    return assessment_view(tx, row)


def list_assessments(tx: Transaction, version_id: str) -> tuple[AssessmentView, ...]:
    """List what organisations shared of their judgement of a version's redactions."""
    require(tx, Action.READ_REDACTION_RECORD, Target("version", version_id))
    views = []
    for row in queries.assessments_of(tx, version_id):
        require(tx, Action.READ_ASSESSMENT, Target("assessment", row.id))
        views.append(assessment_view(tx, row))
    tx.emit(
        Event(
            name="AssessmentsRead",
            licence=Action.READ_REDACTION_RECORD,
            target=Target("version", version_id),
            facts={"assessments": len(views)},
        )
    )
    return tuple(views)


def own_assessments(tx: Transaction) -> tuple[AssessmentView, ...]:
    """Give all assessments of the acting organisation, drafts among them, to be taken along."""
    return tuple(assessment_view(tx, row) for row in tx.session.scalars(scope.assessments(tx)))


def assessment_view(tx: Transaction, row: Assessment) -> AssessmentView:
    """Give an assessment as the acting person may read it; READ_ASSESSMENT was required."""
    require(tx, Action.READ_ASSESSMENT, Target("assessment", row.id))
    note = release_field(tx, FieldRef(subject=Target("assessment", row.id), field=NOTE))
    return AssessmentView(
        id=row.id,
        redaction_id=row.redaction_id,
        version_id=row.version_id,
        organisation=queries.organisation_name(tx, row.organisation_id),
        page=row.page,
        categories=tuple(row.categories),
        character=row.character,
        scope=row.scope,
        reason=row.reason,
        balance=row.balance,
        materiality=row.materiality,
        note=note.body,
        note_masked=note.masked,
        state=row.state,
        written_at=row.written_at,
        shared_at=row.shared_at,
    )


def _find(tx: Transaction, redaction_id: str, *, lock: bool = False) -> Assessment | None:
    statement = select(Assessment).where(
        Assessment.redaction_id == redaction_id,
        Assessment.organisation_id == (tx.actor.organisation_id or ""),
    )
    return tx.session.scalars(statement.with_for_update() if lock else statement).one_or_none()


def _new(tx: Transaction, redaction: Redaction) -> Assessment:
    return Assessment(
        id=new_id("assessment"),
        redaction_id=redaction.id,
        version_id=redaction.version_id,
        organisation_id=tx.actor.organisation_id or "",
        page=redaction.page,
        categories=sorted(redaction.categories),
        character=redaction.character,
        state="draft",
    )
