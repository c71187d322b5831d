"""Views of what changed from version to version; words are of one's own editions."""

from datetime import datetime

from app.features.versions.schemas import ComparedItem, FixedFinding, PieceView
from app.kernel.values import Frozen


class ChangedSection(Frozen):
    """A section in which something differs, with the first of its changes.

    `standing`: moved, changed, gone (of the earlier version), new; `more`: changes that are not
    among `pieces`.
    """

    id: str
    title: str
    page: int
    standing: str
    changes: int
    pieces: tuple[PieceView, ...] = ()
    more: int = 0


class ChangedClaim(Frozen):
    """A claim that is new, gone or changed, as this person's two editions show it.

    `version_id` and `page` are of the later version, of a claim that is gone of the earlier one.
    `weight`: where the conclusion rests on it "now", or "no longer"; else empty.
    """

    id: str
    version_id: str
    label: str
    page: int
    standing: str
    load_bearing: bool
    weight: str = ""
    then: str = ""
    now: str = ""


class ChangedRemoval(Frozen):
    """A removal that is other than before: new, gone, shown, withheld, or changed (categories).

    `version_id` is the version on whose page it is; of one that is gone the earlier.
    """

    version_id: str
    page: int
    evidence: str | None
    character: str
    categories: tuple[str, ...]
    before: tuple[str, ...] = ()
    change: str


class StepView(Frozen):
    """What became of one version in the next one that this person may read.

    `state`: preparing (an edition is being built), comparing, ready. `words`: the authors' own, for
    the publisher's people alone.
    """

    version_id: str
    number: int
    label: str
    published_at: datetime | None
    earlier_id: str
    earlier_number: int
    state: str
    withholds: bool = False
    words: str = ""
    sections: tuple[ChangedSection, ...] = ()
    claims: tuple[ChangedClaim, ...] = ()
    removals: tuple[ChangedRemoval, ...] = ()
    evidence: tuple[ComparedItem, ...] = ()
    fixed: tuple[FixedFinding, ...] = ()

    @property
    def changed(self) -> bool:
        """Say whether anything differs, as far as the two editions go."""
        return bool(self.sections or self.claims or self.removals or self.evidence)


class ToldView(Frozen):
    """A material change that a review of one's own was told of."""

    review_id: str
    version_id: str
    number: int
    from_number: int
    at: datetime
    reason: str | None


class ChangelogView(Frozen):
    """What changed from version to version, newest first, a few steps at a time."""

    version_id: str
    report_id: str
    report_title: str
    version_number: int
    own: bool  # of a reviewer organisation: findings and decisions are its own
    steps: tuple[StepView, ...] = ()
    total: int = 0
    page: int = 1
    pages: int = 1
    told: tuple[ToldView, ...] = ()
