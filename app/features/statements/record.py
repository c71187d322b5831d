"""What is generated for a statement, never typed: the process appendix as frozen values.

Numbers, dates, codes and labels only, so an appendix can go wherever its statement goes. One thing
is typed: why the publisher refused publication, which it states to hold nothing withheld.
"""

from app.kernel.values import Frozen


class Moment(Frozen):
    """One line of the timeline."""

    on: str  # YYYY-MM-DD
    what: str


class Material(Frozen):
    """Something that was shared, in which edition."""

    item: str
    edition: str
    digest: str
    withholds: tuple[str, ...]
    handling: str
    shared_on: str
    acknowledged_on: str | None


class Asked(Frozen):
    """A request and what came of it."""

    number: str
    type: str
    asked_on: str
    outcome: str
    code: str
    released_on: str
    late_by: int


class Pace(Frozen):
    """How fast requests were answered, in business days."""

    asked: int
    answered: int
    withheld: int
    open: int
    first_answer_median: str
    acceptance_median: str
    overdue: int


class Talk(Frozen):
    """An interview that was agreed."""

    number: str
    standing: str
    starts_on: str
    minutes: int


class Assured(Frozen):
    """An assurance that was given."""

    number: str
    outcome: str
    as_of: str
    signatory: str
    digest: str


class Found(Frozen):
    """A finding and what came of it."""

    number: str
    kind: str
    state: str
    filed_on: str


class Advised(Frozen):
    """A recommendation that was filed, and the publisher's answer."""

    number: str
    urgency: str
    response: str


class Counted(Frozen):
    """How many there are of something."""

    name: str
    count: int


class Removed(Frozen):
    """A line of the redaction index of one's edition."""

    place: str
    categories: tuple[str, ...]
    what: str
    size: str
    reason: str
    withheld: bool


class CommentLine(Frozen):
    """A comment of the publisher on a draft, and what became of it."""

    number: int
    kind: str
    category: str
    section: str
    decision: str


class PublicationStep(Frozen):
    """A sharing of the draft, or what the publisher said of it; `digest` is of the shared text."""

    on: str
    what: str
    digest: str
    reason: str


class Publication(Frozen):
    """How it went with the publication right; `digest` is of what the statement says."""

    right: str
    digest: str
    outcome: str
    steps: tuple[PublicationStep, ...]


class ChangedSection(Frozen):
    """How much of a section changed since the edition before, in words."""

    section: str
    added: int
    gone: int


class Updated(Frozen):
    """Of an update: which edition it follows, and how much changed."""

    edition: int
    digest: str
    sections: tuple[ChangedSection, ...]
    file: str
    shown: bool


class Check(Frozen):
    """One line of a disclosure checklist: from the record, or a gap."""

    asks: str
    standing: str  # record, gap
    where: str


class Checklist(Frozen):
    """A disclosure checklist, filled from the record."""

    name: str
    note: str
    checks: tuple[Check, ...]


class ReviewFacts(Frozen):
    """The review that a statement belongs to."""

    organisation: str
    organisation_kind: str
    report: str
    version: int
    version_label: str
    version_published_on: str
    type: str
    scope: str
    starts_on: str
    ends_on: str
    terms_title: str
    terms_digest: str
    accepted_by: int
    publication_right: str
    payment: str


class Appendix(Frozen):
    """The process appendix of a review, made from its record at one moment."""

    taken_at: str
    review: ReviewFacts
    timeline: tuple[Moment, ...]
    materials: tuple[Material, ...]
    pace: Pace
    requests: tuple[Asked, ...]
    interviews: tuple[Talk, ...]
    assurances: tuple[Assured, ...]
    findings: tuple[Found, ...]
    positions: tuple[Counted, ...]
    recommendations: tuple[Advised, ...]
    redaction_summary: str
    index_made: bool  # False: the version was closed to the organisation then
    removed: tuple[Removed, ...]
    assessed: tuple[Counted, ...]
    comments: tuple[CommentLine, ...]
    open_points: tuple[str, ...]
    checklists: tuple[Checklist, ...]
    publication: Publication | None = None  # none before a statement is begun
    update: Updated | None = None
