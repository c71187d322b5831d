"""What belongs to a reviewer organisation, grant or no grant, as one document."""

from datetime import datetime
from typing import Literal

from app.features.findings.filing_schemas import DraftView
from app.features.findings.schemas import FindingRow, FindingView
from app.features.notes.schemas import NoteView
from app.features.positions.schemas import PositionView
from app.features.recommendations.schemas import RecommendationView
from app.features.requests.rows import AskerRow
from app.features.requests.schemas import AskerView
from app.features.reviews.schemas import ReceiptView, ReviewRow
from app.features.statements.schemas import OwnStatement, StatementRow
from app.features.withheld.schemas import AssessmentView, ChallengeRow, ChallengeView
from app.kernel.values import Frozen


class OwnWorkList(Frozen):
    """What there is, without its texts."""

    findings: tuple[FindingRow, ...]
    requests: tuple[AskerRow, ...]
    receipts: tuple[ReceiptView, ...]
    notes: int
    challenges: tuple[ChallengeRow, ...]
    statements: tuple[StatementRow, ...]  # drafts among them


class OwnWork(Frozen):
    """All of it: texts of one's own, answers as released; quotes only where still readable."""

    format: Literal["vitrine/own-work/1"] = "vitrine/own-work/1"
    organisation: str
    exported_at: datetime
    exported_by: str
    reviews: tuple[ReviewRow, ...]
    findings: tuple[FindingView, ...]
    finding_drafts: tuple[DraftView, ...]  # the exporting person's, and those they were let see
    requests: tuple[AskerView, ...]
    receipts: tuple[ReceiptView, ...]
    notes: tuple[NoteView, ...]  # the exporting person's, and those shared with the organisation
    challenges: tuple[ChallengeView, ...]
    assessments: tuple[AssessmentView, ...]
    positions: tuple[PositionView, ...] = ()
    recommendations: tuple[RecommendationView, ...] = ()
    statements: tuple[OwnStatement, ...] = ()
