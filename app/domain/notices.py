"""Who is told what: which events make a notice, for whom, in which fixed words. Pure.

A notice says a kind, a number or an alias, a type, an expected form and a due date, and where to
look. There is no place in it for anything that somebody wrote.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.domain.actions import Action
from app.domain.requests import FORMS, TYPES


class Audience(StrEnum):
    """Who is told, of those whom the thing concerns."""

    COORDINATORS = "coordinators"  # of the publisher
    RELEASERS = "releasers"  # the publisher's coordinators and approvers
    APPROVERS = "approvers"
    RESPONDERS = "responders"  # to whom the request is assigned; a team, where it is nobody's yet
    TEAM = "team"
    NAMED = "named"  # the person whose id stands in the event's fact `named`
    REPORT_OWNER = "report_owner"  # who owns the report that a finding is about
    AUTHOR = "author"  # who answers for the passage of a finding
    ASKERS = "askers"  # who drafted or submitted it, and the leads of the organisation
    FILER = "filer"  # who filed the finding or raised the challenge
    MEMBERS = "members"  # the people of the organisation, or those whom the grant names
    LEADS = "leads"
    READERS = "readers"  # of every organisation with a review of the version


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What one event leads to.

    Attributes:
        kind: of KINDS.
        to: who is told; whoever acted is not, and nobody who may not do what `may` says.
        may: the act that the policies must allow a person, so that there is a point in telling.
        at_once: somebody else's work stands still until this person acts, or access has changed.
        named: the fact of the event that holds a person's id.
        needs: a fact without which nobody is told.
        only: a fact and the values of it that matter; with any other nobody is told.
    """

    kind: str
    to: tuple[Audience, ...]
    may: Action
    at_once: bool = False
    named: str = ""
    needs: str = ""
    only: tuple[str, frozenset[str]] | None = None


KINDS: Mapping[str, str] = {
    "request_submitted": "A new request waits for triage",
    "request_assigned": "A request was assigned to you",
    "request_in_team": "A request waits for somebody of your team",
    "request_let_go": "A request waits for somebody: who held it left",
    "request_withdrawn": "A request was withdrawn",
    "request_ended": "Your review ended with a request unresolved",
    "appeal_waits": "A refusal waits for its second look",
    "appeal_decided": "A refusal was looked at a second time",
    "answer_to_check": "An answer waits for its release check",
    "answer_sent_back": "An answer came back from the release check",
    "answer_released": "Your request was answered",
    "question_worded": "A question waits to be shared by somebody else",
    "answer_shared": "An answer was shared with you",
    "answer_accepted": "An answer was accepted",
    "answer_returned": "An answer was returned",
    "clarification_asked": "Your request needs your reply",
    "clarification_given": "A clarification was given",
    "interview_proposed": "Times for an interview were proposed",
    "interview_agreed": "The time of an interview is agreed",
    "interview_moved": "An interview was moved",
    "interview_cancelled": "An interview was cancelled",
    "notes_to_sign": "Notes of an interview wait to be signed",
    "notes_changed": "Notes that were signed were changed",
    "notes_signed": "Both sides signed the notes of an interview",
    "due_date_moved": "The due date of your request was moved",
    "due_in_3": "A request is due in three business days",
    "due_in_1": "A request is due on the next business day",
    "due_today": "A request is due today",
    "late_for_backup": "A request of your team is late, and you are its backup",
    "overdue": "A request is three business days late",
    "finding_alert": "A finding needs a look at once",
    "finding_conclusion": "A finding touches the conclusion of a report",
    "finding_filed": "A finding waits for an author",
    "finding_routed": "A finding waits for your answer",
    "finding_answered": "Your finding was answered",
    "finding_contested": "The answer to a finding was contested",
    "finding_withdrawn": "A finding was withdrawn",
    "finding_settled": "A finding was settled",
    "finding_moot_proposed": "The publisher proposes that your finding is moot",
    "finding_moot_refused": "A finding is not moot, its organisation says",
    "finding_detail_asked": "Your finding needs detail",
    "finding_detail_given": "Detail on a finding was given",
    "finding_fixed": "A version fixes your finding",
    "finding_message": "Somebody wrote about a finding",
    "file_to_give": "A file waits to be given by somebody else",
    "file_given": "You were given a file about a finding",
    "finding_mentioned": "A colleague told you of a finding",
    "finding_listed_open": "Your finding was listed as open",
    "finding_due_in_3": "A finding is due in three business days",
    "finding_due_in_1": "A finding is due on the next business day",
    "finding_due_today": "A finding is due today",
    "finding_overdue": "A finding is three business days late",
    "deletion_asked": "Something you had is to be deleted",
    "deletion_certified": "A deletion was certified",
    "rejection_proposed": "The rejection of a finding waits for a second person",
    "rejection_turned_down": "The rejection of a finding was turned down",
    "challenge_raised": "A challenge of a redaction waits for a decision",
    "challenge_decided": "Your challenge of a redaction was decided",
    "narrowing_proposed": "A smaller mark waits for a second person",
    "grant_waits": "A grant waits for a second person",
    "grant_given": "You may read more than before",
    "grant_revoked": "Access was taken back",
    "review_opened": "A review was opened for you",
    "review_end_moved": "The last day of your review was moved",
    "terms_changed": "New terms wait to be accepted",
    "receipt_issued": "A receipt waits to be acknowledged",
    "statement_shared": "A draft of a statement waits for your comments",
    "statement_released": "A statement was released",
    "statement_withdrawn": "A statement was withdrawn",
    "statement_commented": "A draft of your statement was commented on",
    "comment_decided": "A comment on a statement was decided",
    "publication_decided": "The publisher decided about your statement",
    "version_published": "A version under review was published",
    "material_change": "A later version changes the report materially: look again",
    "positions_released": "An organisation released its positions",
    "recommendation_filed": "A recommendation waits for an answer",
    "recommendation_answered": "Your recommendation was answered",
    "assurance_to_sign": "An assurance waits for your signature",
    "assurance_to_release": "An assurance waits for its release",
    "assurance_released": "An assurance was given to you",
    "assurance_withdrawn": "An assurance was withdrawn",
}
"""What a notice says, by its kind. The words are ours; nothing is put into them."""

_OF_INTERVIEWS = frozenset(kind for kind in KINDS if kind.startswith(("interview_", "notes_")))

MENTIONED = "mentioned"
"""The fact that names colleagues inside the publisher who are told of a finding."""

_A = Audience
_BOTH_SIDES = (Audience.ASKERS, Audience.RESPONDERS, Audience.COORDINATORS)
_ASKED, _FOUND, _CHALLENGED = Action.READ_REQUEST, Action.READ_FINDING, Action.READ_CHALLENGE

RULES: Mapping[str, Rule] = {
    "RequestSubmitted": Rule(
        kind="request_submitted", to=(_A.COORDINATORS,), may=Action.TRIAGE_REQUEST
    ),
    "RequestAssigned": Rule(
        kind="request_assigned", to=(_A.NAMED,), may=_ASKED, at_once=True, named="responder"
    ),
    "PartHandedOver": Rule(
        kind="request_assigned", to=(_A.NAMED,), may=_ASKED, at_once=True, named="responder"
    ),
    "ResponderLeft": Rule(kind="request_let_go", to=(_A.COORDINATORS,), may=_ASKED, at_once=True),
    "RequestEnded": Rule(kind="request_ended", to=(_A.ASKERS,), may=_ASKED),
    "AnswerAppealed": Rule(
        kind="appeal_waits", to=(_A.RELEASERS,), may=Action.DECIDE_APPEAL, at_once=True
    ),
    "AppealDecided": Rule(kind="appeal_decided", to=(_A.ASKERS,), may=_ASKED),
    "RequestWithdrawn": Rule(
        kind="request_withdrawn", to=(_A.RESPONDERS, _A.COORDINATORS), may=_ASKED
    ),
    "AnswerSentToCheck": Rule(
        kind="answer_to_check", to=(_A.RELEASERS,), may=Action.RELEASE_ANSWER, at_once=True
    ),
    "AnswerSentBack": Rule(
        kind="answer_sent_back", to=(_A.RESPONDERS,), may=_ASKED, at_once=True
    ),
    "AnswerReleased": Rule(kind="answer_released", to=(_A.ASKERS,), may=_ASKED),
    "SharedQuestionWorded": Rule(
        kind="question_worded", to=(_A.RELEASERS,), may=Action.SHARE_ANSWER
    ),
    "AnswerShared": Rule(kind="answer_shared", to=(_A.MEMBERS,), may=Action.READ_SHARED_ANSWERS),
    "AnswerAccepted": Rule(kind="answer_accepted", to=(_A.RESPONDERS,), may=_ASKED),
    "AnswerReturned": Rule(
        kind="answer_returned", to=(_A.RESPONDERS, _A.COORDINATORS), may=_ASKED, at_once=True
    ),
    "ClarificationAsked": Rule(
        kind="clarification_asked", to=(_A.ASKERS,), may=_ASKED, at_once=True
    ),
    "ClarificationGiven": Rule(
        kind="clarification_given", to=(_A.COORDINATORS,), may=_ASKED, at_once=True
    ),
    "InterviewProposed": Rule(
        kind="interview_proposed", to=(_A.ASKERS,), may=Action.ARRANGE_INTERVIEW, at_once=True
    ),
    "InterviewCountered": Rule(
        kind="interview_proposed", to=(_A.RESPONDERS, _A.COORDINATORS),
        may=Action.ARRANGE_INTERVIEW, at_once=True,
    ),
    **{
        name: Rule(kind=kind, to=_BOTH_SIDES, may=_ASKED, at_once=True)
        for name, kind in (
            ("InterviewAgreed", "interview_agreed"),
            ("InterviewMoved", "interview_moved"),
            ("InterviewCancelled", "interview_cancelled"),
        )
    },
    "NotesDrafted": Rule(  # of the publisher's first version; the asker's is the asker's own
        kind="notes_to_sign", to=(_A.RELEASERS,), may=Action.SIGN_INTERVIEW_NOTES, needs="to_sign"
    ),
    "NotesReleased": Rule(
        kind="notes_to_sign", to=(_A.ASKERS,), may=Action.SIGN_INTERVIEW_NOTES
    ),
    "NotesOffered": Rule(
        kind="notes_to_sign", to=(_A.RELEASERS,), may=Action.SIGN_INTERVIEW_NOTES
    ),
    "NotesVoided": Rule(kind="notes_changed", to=_BOTH_SIDES, may=_ASKED),
    "NotesAgreed": Rule(kind="notes_signed", to=_BOTH_SIDES, may=_ASKED),
    "DueDateMoved": Rule(kind="due_date_moved", to=(_A.ASKERS,), may=_ASKED),
    "FindingFiled": Rule(
        kind="finding_alert", to=(_A.RELEASERS,), may=_FOUND, at_once=True,
        only=("class", frozenset({"H"})),
    ),
    "ConclusionTouched": Rule(
        kind="finding_conclusion", to=(_A.REPORT_OWNER, _A.COORDINATORS), may=_FOUND, at_once=True
    ),
    "FindingRouted": Rule(kind="finding_routed", to=(_A.NAMED,), may=_FOUND, named="to"),
    "FindingRerouted": Rule(kind="finding_routed", to=(_A.NAMED,), may=_FOUND, named="to"),
    "FindingResponded": Rule(kind="finding_answered", to=(_A.FILER,), may=_FOUND),
    "RejectionDecided": Rule(kind="finding_answered", to=(_A.FILER,), may=_FOUND),
    "RejectionProposed": Rule(
        kind="rejection_proposed", to=(_A.RELEASERS,), may=Action.REJECT_FINDING, at_once=True
    ),
    "RejectionTurnedDown": Rule(kind="rejection_turned_down", to=(_A.AUTHOR,), may=_FOUND),
    "FindingContested": Rule(kind="finding_contested", to=(_A.AUTHOR,), may=_FOUND),
    "FindingConfirmed": Rule(kind="finding_settled", to=(_A.AUTHOR,), may=_FOUND),
    "DisagreementRecorded": Rule(
        kind="finding_settled", to=(_A.AUTHOR, _A.COORDINATORS), may=_FOUND
    ),
    "FindingWithdrawn": Rule(kind="finding_withdrawn", to=(_A.AUTHOR,), may=_FOUND),
    "FindingSetMoot": Rule(kind="finding_settled", to=(_A.AUTHOR,), may=_FOUND),
    "MootProposed": Rule(kind="finding_moot_proposed", to=(_A.FILER,), may=_FOUND),
    "MootRefused": Rule(
        kind="finding_moot_refused", to=(_A.AUTHOR, _A.COORDINATORS), may=_FOUND
    ),
    "FindingMerged": Rule(kind="finding_settled", to=(_A.AUTHOR,), may=_FOUND),
    "DetailAsked": Rule(
        kind="finding_detail_asked", to=(_A.FILER,), may=_FOUND, at_once=True
    ),
    "DetailGiven": Rule(
        kind="finding_detail_given", to=(_A.AUTHOR,), may=_FOUND, at_once=True
    ),
    "FixLinked": Rule(kind="finding_fixed", to=(_A.FILER,), may=_FOUND),
    "FindingListedOpen": Rule(kind="finding_listed_open", to=(_A.FILER,), may=_FOUND),
    "MessageToReviewer": Rule(kind="finding_message", to=(_A.FILER,), may=_FOUND),
    "MessageToPublisher": Rule(kind="finding_message", to=(_A.AUTHOR,), may=_FOUND),
    "FileReadyToGive": Rule(
        kind="file_to_give", to=(_A.RELEASERS,), may=Action.GIVE_FILE, at_once=True
    ),
    "FileGiven": Rule(kind="file_given", to=(_A.FILER,), may=_FOUND),
    "PeopleMentioned": Rule(
        kind="finding_mentioned", to=(_A.NAMED,), may=_FOUND, named=MENTIONED
    ),
    "DeletionAsked": Rule(
        kind="deletion_asked", to=(_A.LEADS,), may=Action.CERTIFY_DELETION, at_once=True
    ),
    "DeletionCertified": Rule(
        kind="deletion_certified", to=(_A.COORDINATORS,), may=Action.ASK_DELETION
    ),
    "RedactionChallenged": Rule(
        kind="challenge_raised", to=(_A.APPROVERS,), may=Action.DECIDE_CHALLENGE
    ),
    "NarrowingProposed": Rule(
        kind="narrowing_proposed", to=(_A.APPROVERS,), may=Action.CONFIRM_NARROWING, at_once=True
    ),
    **{
        name: Rule(kind="challenge_decided", to=(_A.FILER,), may=_CHALLENGED)
        for name in ("ChallengeUpheld", "ChallengeLifted", "ChallengeNarrowed")
    },
    "GrantProposed": Rule(
        kind="grant_waits", to=(_A.APPROVERS,), may=Action.APPROVE_GRANT, at_once=True
    ),
    **{
        name: Rule(kind="grant_given", to=(_A.MEMBERS,), may=Action.READ_REVIEW)
        for name in ("GrantIssued", "GrantApproved")
    },
    "GrantRevoked": Rule(
        kind="grant_revoked", to=(_A.MEMBERS,), may=Action.READ_REVIEW, at_once=True
    ),
    "ReviewOpened": Rule(kind="review_opened", to=(_A.MEMBERS,), may=Action.READ_REVIEW),
    "ReviewEndMoved": Rule(kind="review_end_moved", to=(_A.MEMBERS,), may=Action.READ_REVIEW),
    "TermsChanged": Rule(
        kind="terms_changed", to=(_A.MEMBERS,), may=Action.ACCEPT_TERMS, at_once=True
    ),
    "ReceiptIssued": Rule(  # of an edition; that of an answer comes with the answer
        kind="receipt_issued", to=(_A.LEADS,), may=Action.READ_RECEIPT, needs="grant"
    ),
    "MaterialChangeTold": Rule(
        kind="material_change", to=(_A.LEADS,), may=Action.READ_REVIEW, at_once=True
    ),
    "StatementShared": Rule(
        kind="statement_shared", to=(_A.RELEASERS,), may=Action.COMMENT_STATEMENT, at_once=True
    ),
    "StatementReleased": Rule(
        kind="statement_released", to=(_A.RELEASERS,), may=Action.READ_STATEMENT
    ),
    "StatementWithdrawn": Rule(
        kind="statement_withdrawn", to=(_A.RELEASERS,), may=Action.READ_STATEMENT
    ),
    "StatementCommented": Rule(
        kind="statement_commented", to=(_A.LEADS,), may=Action.DECIDE_COMMENT
    ),
    "CommentDecided": Rule(
        kind="comment_decided", to=(_A.RELEASERS,), may=Action.READ_STATEMENT
    ),
    "PublicationDecided": Rule(
        kind="publication_decided", to=(_A.LEADS,), may=Action.READ_STATEMENT, at_once=True
    ),
    "PositionsReleased": Rule(
        kind="positions_released", to=(_A.COORDINATORS,), may=Action.READ_REVIEW
    ),
    "RecommendationFiled": Rule(
        kind="recommendation_filed", to=(_A.COORDINATORS,), may=Action.RESPOND_TO_RECOMMENDATION
    ),
    "RecommendationAnswered": Rule(
        kind="recommendation_answered", to=(_A.MEMBERS,), may=Action.SAY_ADOPTION
    ),
    "AssuranceDrafted": Rule(
        kind="assurance_to_sign", to=(_A.NAMED,), may=Action.SIGN_ASSURANCE, named="signatory",
        at_once=True,
    ),
    "AssuranceSigned": Rule(
        kind="assurance_to_release", to=(_A.RELEASERS,), may=Action.RELEASE_ASSURANCE
    ),
    "AssuranceReleased": Rule(
        kind="assurance_released", to=(_A.MEMBERS,), may=Action.READ_ASSURANCE
    ),
    "AssuranceWithdrawn": Rule(
        kind="assurance_withdrawn", to=(_A.MEMBERS,), may=Action.READ_ASSURANCE
    ),
    "VersionPublished": Rule(kind="version_published", to=(_A.READERS,), may=Action.READ_REVIEW),
}  # fmt: skip
"""By the name of the event. What is not here is told to nobody; the thing's own page shows it."""

IN_TEAM = Rule(kind="request_in_team", to=(Audience.TEAM,), may=_ASKED, at_once=True, named="team")
"""Of a part that was given to a team and to nobody of it."""

UNROUTED = Rule(kind="finding_filed", to=(Audience.COORDINATORS,), may=_FOUND)
"""Of a finding that was sent to nobody: it sits in the coordinator's queue."""

NOBODY_DECIDES = Rule(kind="finding_alert", to=(Audience.COORDINATORS,), may=_FOUND, at_once=True)
"""Of a rejection that nobody who could decide it may read: it must not wait in silence."""

READING: Mapping[str, Action] = {
    "request": Action.READ_REQUEST,
    "finding": Action.READ_FINDING,
    "challenge": Action.READ_CHALLENGE,
    "grant": Action.READ_GRANT,
    "review": Action.READ_REVIEW,
    "receipt": Action.READ_RECEIPT,
    "assurance": Action.READ_ASSURANCE,
    "recommendation": Action.READ_RECOMMENDATION,
    "statement": Action.READ_STATEMENT,
    "organisation": Action.READ_ORGANISATION,
}
"""What a notice can be about, and the act of reading it. Who may no longer read gets no mail."""


_ELSEWHERE = {"deletion_asked": "/deletions", "deletion_certified": "/claw-backs"}


def rule_for(event: str, facts: Mapping[str, object]) -> Rule | None:
    """Give the rule of an event with these facts; None when nobody is told."""
    rule = RULES.get(event)
    if rule is None:
        return None
    if rule.needs and not facts.get(rule.needs):
        return None
    if rule.only is not None and str(facts.get(rule.only[0])) not in rule.only[1]:
        return None
    if event == "RequestAssigned" and not facts.get(rule.named):
        return IN_TEAM
    if event == "FindingRouted" and not facts.get(rule.named):
        return UNROUTED
    return rule


def rule_named(event: str, named: str) -> Rule | None:
    """Give the rule of an event by what it names: a person, a team, or nothing."""
    if event == "FindingRouted" and not named:
        return UNROUTED
    if event == "RequestAssigned" and named.startswith("tea_"):
        return IN_TEAM
    return RULES.get(event)


def path_of(kind: str, subject_kind: str, subject_id: str) -> str:
    """Give the path of the page that a notice leads to."""
    if kind in _ELSEWHERE:
        return _ELSEWHERE[kind]
    rest = {
        "terms_changed": "/terms",
        "answer_shared": "/answers",
        "file_to_give": "/attachments",
    }.get(kind, "")
    if kind in _OF_INTERVIEWS:
        rest = "/interview"
    return f"/{subject_kind}s/{subject_id}{rest}"


def said(facts: Mapping[str, str]) -> tuple[str, ...]:
    """Give the facts of a notice in words, but for its due date; what is unknown is left out."""
    words = (
        facts.get("number"),
        TYPES.get(facts.get("type", "")),
        FORMS.get(facts.get("form", "")),
    )
    return tuple(word for word in words if word)
