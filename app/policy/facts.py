"""The facts a decision needs, as plain frozen values: loaded by access/facts, read by entities.

No rows, no I/O. Names follow PRODUCT.md; ids are public ids.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class PersonFacts:
    """The one who asks: a person acting for one organisation, a job, or nobody.

    `kind` is person, operator, job or anonymous; an operator acts as a person (`--as`).
    """

    id: str
    kind: str
    side: str
    organisation_id: str | None
    organisation_kind: str | None
    organisation_suspended: bool
    roles: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class InstallationFacts:
    """This installation as a whole: the resource of acts that are about no single thing."""

    id: str = "ins_this"


@dataclass(frozen=True, kw_only=True)
class OrganisationFacts:
    """An organisation as a resource."""

    id: str
    kind: str
    suspended: bool
    led: bool  # has an active lead of its own; never so for the publisher


@dataclass(frozen=True, kw_only=True)
class ReportFacts:
    """A report and who owns it."""

    id: str
    owner_id: str
    dossier: bool = False  # made of a file that was attached to an answer


@dataclass(frozen=True, kw_only=True)
class VersionFacts:
    """A version: its state, importer, and everybody who owns a part of it.

    `whole_owner_ids` are those of them who own it as a whole.
    """

    id: str
    report_id: str
    state: str
    importer_id: str
    report_owner_id: str
    owner_ids: frozenset[str]
    dossier: bool = False
    whole_owner_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class CategoryFacts:
    """A redaction category: the resource of REVEAL."""

    code: str


@dataclass(frozen=True, kw_only=True)
class GrantFacts:
    """A grant, as a resource of its own and as the `grant` in the context of a reading act.

    `undertaken` says whether the asking person accepted the terms now in force for its review
    (true for internal grants, which have no review); `now` in the context is the database clock.
    """

    id: str
    organisation_id: str
    version_id: str
    person_ids: frozenset[str] | None
    lifted: frozenset[str]
    state: str
    working: bool
    internal: bool
    starts_at: datetime
    ends_at: datetime
    proposed_by: str
    needs_second_person: bool
    undertaken: bool
    handling: str = "view"
    attached: bool = False  # of what was released with an answer
    slip: bool = False  # of what was attached to a confidentiality slip


@dataclass(frozen=True, kw_only=True)
class RedactionFacts:
    """A redaction: its state and who proposed it."""

    id: str
    version_id: str
    state: str
    proposed_by: str


@dataclass(frozen=True, kw_only=True)
class AssessmentFacts:
    """An assessment of a redaction: whose, and whether it was shared with the publisher."""

    id: str
    organisation_id: str
    state: str


@dataclass(frozen=True, kw_only=True)
class ChallengeFacts:
    """A challenge of a redaction: whose, who had a part in the mark, who would narrow it.

    `involved_ids` are those who proposed or decided the redaction; `narrowed_by` is set while a
    smaller mark waits for a second person.
    """

    id: str
    organisation_id: str
    state: str
    involved_ids: frozenset[str]
    narrowed_by: str | None


@dataclass(frozen=True, kw_only=True)
class ReviewFacts:
    """A review: whose, of which report, open or ended.

    `in_force` says whether the organisation holds a grant of this review that is in force now;
    `lead_files`, whether only its leads send findings off.
    """

    id: str
    report_id: str
    organisation_id: str
    state: str
    in_force: bool
    lead_files: bool = False


@dataclass(frozen=True, kw_only=True)
class ReceiptFacts:
    """A receipt and the organisation it was issued to; `kept_to` as of a request.

    `slip`: it is of what was given with a confidentiality slip.
    """

    id: str
    organisation_id: str
    kept_to: frozenset[str] | None = None
    slip: bool = False


@dataclass(frozen=True, kw_only=True)
class RequestFacts:
    """An information request: state, asker, responders, who drafted the answers in check.

    `kept_to` are the people of its organisation that it is kept to; None: everybody.
    """

    id: str
    organisation_id: str
    state: str
    drafted_by: str
    responder_ids: frozenset[str]
    answer_drafter_ids: frozenset[str]
    appeal_involved_ids: frozenset[str] = frozenset()
    interview_drafter_ids: frozenset[str] = frozenset()
    lead_submits: bool = False
    kept_to: frozenset[str] | None = None


@dataclass(frozen=True, kw_only=True)
class FindingFacts:
    """A finding: state, filer, the author it was routed to, and who owns the claim or section.

    `rejection_proposed_by` is set while a rejection waits for a decider; `alerted_id` is who owns
    the report, where the finding touches its conclusion. `attacher_ids` attached what waits to be
    given to who filed it; nobody outside the publisher is told of these. `responsible_ids` are all
    whom the rule of ownership could ask about its passage, known inside the publisher alone.
    """

    id: str
    organisation_id: str
    state: str
    finding_class: str
    filed_by: str
    author_id: str | None
    owner_ids: frozenset[str]
    rejection_proposed_by: str | None
    alerted_id: str | None = None
    attacher_ids: frozenset[str] = frozenset()
    responsible_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class NoteFacts:
    """A reader's own note: whose, for which organisation, and whether that may read it."""

    id: str
    organisation_id: str
    writer_id: str
    shared: bool


@dataclass(frozen=True, kw_only=True)
class FindingDraftFacts:
    """A draft of a finding: whose, and to whom of its organisation it was opened.

    `state` is draft, filed or removed; `ready` lets the leads see it.
    """

    id: str
    organisation_id: str
    writer_id: str
    state: str
    open: bool
    ready: bool
    people_ids: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class PackFacts:
    """A question pack: whose own it is (None: the publisher offers it), and who wrote it."""

    id: str
    organisation_id: str | None
    writer_id: str


@dataclass(frozen=True, kw_only=True)
class AssuranceFacts:
    """An assurance: whose, its state, who drafted its text, who signs it."""

    id: str
    organisation_id: str
    state: str
    drafted_by: str | None = None
    signatory_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class RecommendationFacts:
    """A recommendation: whose, its state, and whether it was ever filed."""

    id: str
    organisation_id: str
    state: str
    filed: bool = False


@dataclass(frozen=True, kw_only=True)
class StatementFacts:
    """A review statement: whose, its state, who may read it, whether comments can be added now."""

    id: str
    organisation_id: str
    state: str
    report_owner_id: str
    open_to: frozenset[str] = frozenset()
    commentable: bool = False
    released: bool = False  # it was once, whatever became of it
    named: bool = False  # its organisation names itself to authors
    asked: bool = False  # its publication right asks for an approval that it does not have
    due: bool = True  # what its publication right asks for has happened


ResourceFacts = (
    InstallationFacts
    | OrganisationFacts
    | ReportFacts
    | VersionFacts
    | CategoryFacts
    | GrantFacts
    | RedactionFacts
    | ReviewFacts
    | ReceiptFacts
    | RequestFacts
    | FindingFacts
    | FindingDraftFacts
    | NoteFacts
    | AssessmentFacts
    | ChallengeFacts
    | PackFacts
    | AssuranceFacts
    | RecommendationFacts
    | StatementFacts
)


@dataclass(frozen=True, kw_only=True)
class Question:
    """May this person do this to this thing, now, on the strength of this grant (if any)?"""

    person: PersonFacts
    action: str  # the Cedar name, such as ReadPage
    resource: ResourceFacts
    grant: GrantFacts | None
    now: datetime


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the policies say. `allowed` is true only for Allow without a single error."""

    allowed: bool
    policies: tuple[str, ...]  # `@id` of the deciding policies
    errors: tuple[str, ...]
