"""What the forms of reviews and readers choose from: the same for pages and programs."""

from app.access.decide import require
from app.domain.actions import Action
from app.domain.targets import Target
from app.features.reviews import queries
from app.features.reviews.schemas import Choice, ReadersView, ReviewChoices
from app.transaction import Transaction


def choose_review(tx: Transaction, version_id: str = "") -> ReviewChoices:
    """Give the versions and organisations that a review can bring together.

    Decided on the report of the version wished for, else of the first version there is.
    """
    versions = queries.publishable_versions(tx)
    wanted = version_id or (versions[0][0] if versions else "")
    require(tx, Action.OPEN_REVIEW, queries.report_of(tx, wanted))
    organisations = queries.reviewer_organisations(tx)
    return ReviewChoices(
        version_id=wanted,
        versions=tuple(Choice(id=i, name=name) for i, name in versions),
        organisations=tuple(Choice(id=i, name=name, kind=kind) for i, name, kind in organisations),
    )


def list_readers(tx: Transaction, version_id: str) -> ReadersView:
    """Give who inside the publisher may read a version, and who else could be granted it."""
    require(tx, Action.GRANT_INTERNALLY, Target("version", version_id))
    return ReadersView(
        version_id=version_id,
        version_name=queries.version_name(tx, version_id),
        grants=tuple(queries.list_grants(tx, version_id=version_id)),
        people=tuple(Choice(id=i, name=name) for i, name in queries.publisher_people(tx)),
    )
