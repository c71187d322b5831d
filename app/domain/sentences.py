"""What happened, in plain words: one sentence for each event, one phrase for each act refused.

For people who read the log; the tags and facts beside the sentence are the record. Pure.
"""

from collections.abc import Mapping

from app.domain.actions import Action

_EVENTS = {
    # sign-in, organisations, people
    "SignedIn": "Signed in",
    "SignedOut": "Signed out",
    "OrganisationSwitched": "Began to act for another organisation",
    "OrganisationCreated": "Added an organisation",
    "OrganisationSuspended": "Suspended an organisation",
    "OrganisationReactivated": "Let a suspended organisation in again",
    "ProviderAdded": "Set up a way to sign in",
    "ProviderClosed": "Closed a way to sign in",
    "PersonInvited": "Invited a person",
    "PersonEnrolled": "Enrolled a person",
    "InvitationAccepted": "Accepted an invitation",
    "InvitationWithdrawn": "Withdrew an invitation",
    "MembershipEnded": "Ended a membership",
    "StaleRowsRemoved": "Removed what sign-ins, sessions and invitations had left behind",
    # the log of itself
    "SequencerStarted": "Began to sign the log",
    "SequencerStopped": "Stopped signing the log",
    "BackupRestored": "Brought the installation back from a backup",
    "LogAdopted": "Accepted a restored log, under a new origin",
    # reports and editions
    "ReportCreated": "Created a report",
    "VersionImportStarted": "Began to import version {number}",
    "VersionImported": "The import is complete",
    "VersionImportFailed": "The file was refused",
    "VersionPublished": "Published the version",
    "WorkingGrantMade": "Opened the imported version to its importer",
    "SourceInspected": "Inspected the source file",
    "PagesRead": "Read pages of the source file",
    "SourceOpened": "Opened the source file to work on it",
    "ClaimMarked": "Marked a claim",
    "OwnerAssigned": "Named who answers for a part",
    "EditionPlanned": "Planned an edition",
    "EditionBuildStarted": "Began to build an edition",
    "EditionPagesDrawn": "Drew pages of an edition",
    "EditionCheckStarted": "Began to check an edition for leaks",
    "ViewedAs": "Looked at a version as an organisation sees it",
    "DownloadStarted": "Took a copy of an edition",
    "DownloadFinished": "A copy of an edition was sent whole",
    "EditionCheckedAgain": "Checked an edition again with a newer checker",
    "VersionReadAgain": "Read a version's words again with a newer engine",
    "EditionReopened": "Began to build an edition anew, for words that somebody settled",
    "IngestionReportRead": "Read what the imported file holds",
    "WordsConfirmed": "Confirmed words that stand on a page",
    "WordsUnconfirmed": "Took back that words stand on a page",
    "EditionReady": "An edition is ready",
    "EditionQuarantined": "An edition failed its check and was put aside",
    "VersionRead": "Opened the outline",
    "PageRead": "Read page {page}",
    "VersionSearched": "Searched for “{phrase}”",
    "RedactionIndexRead": "Read what is removed from the edition",
    "RedactionSummaryMade": "Made the redaction summary of the edition",
    # one's own highlights and notes
    "NoteKept": "Kept a note on page {page}",
    "NoteChanged": "Changed a note on page {page}",
    "NoteRemoved": "Removed a note on page {page}",
    "NoteRestored": "Brought back a note on page {page}",
    "NotesRead": "Read kept notes",
    "NotesExported": "Exported kept notes",
    # redactions
    "RedactionRecordRead": "Read the record of the redactions",
    "RemovalRead": "Looked at one removal",
    "AssessmentSaved": "Wrote down what the organisation thinks of a redaction",
    "AssessmentShared": "Shared an assessment of a redaction with the publisher",
    "AssessmentsRead": "Read what organisations think of the redactions",
    "RedactionChallenged": "Challenged a redaction: {number}",
    "ChallengeRead": "Read a challenge of a redaction",
    "ChallengeWithdrawn": "Withdrew {number}",
    "ChallengeUpheld": "Upheld the redaction that {number} challenges",
    "ChallengeLifted": "Lifted the redaction that {number} challenges",
    "NarrowingProposed": "Proposed a smaller mark for {number}; it waits for a second person",
    "NarrowingTurnedDown": "Turned down the smaller mark for {number}",
    "ChallengeNarrowed": "Narrowed the redaction that {number} challenges",
    "RedactionLifted": "Lifted a redaction after a challenge",
    "RedactionNarrowed": "Put a smaller mark in the place of a redaction after a challenge",
    "RedactionProposed": "Proposed a redaction",
    "RedactionApproved": "Approved a redaction",
    "RedactionRefused": "Refused a redaction",
    "RedactionChanged": "Moved or resized a redaction",
    "RedactionWithdrawn": "Withdrew a redaction",
    "RedactionRestored": "Brought a withdrawn redaction back",
    # reviews, grants, terms, receipts
    "ReviewOpened": "Opened a review",
    "GrantProposed": "Proposed a grant; it waits for a second person",
    "GrantIssued": "Granted the {preset} edition",
    "GrantApproved": "Approved a grant, as the second person",
    "GrantRefused": "Refused a grant, as the second person",
    "GrantRevoked": "Revoked a grant",
    "GrantWithdrawn": "Withdrew a proposed grant",
    "TermsAccepted": "Accepted the terms",
    "TermsChanged": "Changed the terms",
    "ReceiptIssued": "Issued a receipt of what was shared",
    "ReceiptAcknowledged": "Acknowledged a receipt",
    "OwnWorkExported": "Exported the organisation's own work",
    # information requests
    "RequestDrafted": "Drafted a request",
    "DraftEdited": "Edited a draft",
    "RequestSubmitted": "Submitted {number}",
    "RequestRead": "Read a request",
    "RequestTaken": "Took a request in hand",
    "RequestAssigned": "Assigned a request",
    "RequestNoted": "Wrote an internal note",
    "RequestReworded": "Reworded a request for its responder",
    "RequestWithdrawn": "Withdrew a request",
    "PrioritySet": "Set the priority of a request",
    "DueDateMoved": "Moved the due date of a request",
    "ClarificationAsked": "Asked for clarification",
    "ClarificationGiven": "Gave a clarification",
    "AnswerDrafted": "Drafted an answer",
    "AnswerSaved": "Saved the draft of an answer",
    "AnswerSentToCheck": "Sent an answer to the release check",
    "AnswerSentBack": "Sent an answer back to its drafter",
    "AnswerReleased": "Released an answer",
    "AnswerAccepted": "Accepted an answer",
    "AnswerReturned": "Returned an answer",
    "TextNarrowed": "Stated who else may read a text",
    # findings
    "FindingFiled": "Filed {number}",
    "FindingRead": "Read {number}",
    "FindingRouted": "Sent {number} on: {rule}",
    "FindingRerouted": "Gave {number} to another author",
    "FindingResponded": "Answered {number}",
    "RejectionProposed": "Proposed to reject {number}; it waits for a decider",
    "RejectionDecided": "Upheld the rejection of {number}",
    "RejectionTurnedDown": "Turned down the rejection of {number}",
    "FindingConfirmed": "Confirmed the answer to {number}",
    "FindingContested": "Contested the answer to {number}",
    "DisagreementRecorded": "Recorded a disagreement on {number}",
    "FindingWithdrawn": "Withdrew {number}",
    # the log
    "LogExportStarted": "Began to export the log",
    "RecordExportStarted": "Began to export the organisation's record",
    "ExportFinished": "Handed the export out",
}

_ACTS = {
    Action.SIGN_IN: "sign in",
    Action.SIGN_OUT: "sign out",
    Action.SWITCH_ORGANISATION: "act for another organisation",
    Action.SEE_HOME: "see the home page",
    Action.MANAGE_ORGANISATIONS: "manage organisations",
    Action.CHANGE_LEADS: "decide who leads an organisation",
    Action.MANAGE_PROVIDERS: "manage ways to sign in",
    Action.INVITE_PERSON: "invite a person",
    Action.END_MEMBERSHIP: "end a membership",
    Action.READ_ORGANISATION: "see an organisation",
    Action.READ_HEALTH: "see the installation's health",
    Action.READ_POLICIES: "read the policies",
    Action.CREATE_REPORT: "create a report",
    Action.LIST_REPORTS: "list reports",
    Action.READ_REPORT: "see a report",
    Action.IMPORT_VERSION: "import a version",
    Action.READ_VERSION: "open a version",
    Action.READ_PAGE: "read a page",
    Action.SEARCH_VERSION: "search a version",
    Action.REVEAL: "see a category",
    Action.VIEW_AS: "look as another organisation",
    Action.DOWNLOAD_VERSION: "take a copy of a version",
    Action.READ_INGESTION: "read what the imported file holds",
    Action.CONFIRM_WORDS: "confirm words of a page",
    Action.MARK_CLAIM: "mark a claim",
    Action.ASSIGN_OWNER: "name who answers for a part",
    Action.PUBLISH_VERSION: "publish a version",
    Action.INGEST_VERSION: "take an import apart",
    Action.BUILD_EDITION: "build an edition",
    Action.OPEN_SOURCE: "open a source file",
    Action.LIST_NOTES: "list kept notes",
    Action.KEEP_NOTE: "keep a note",
    Action.READ_NOTE: "read a kept note",
    Action.CHANGE_NOTE: "change a kept note",
    Action.EXPORT_NOTES: "export kept notes",
    Action.LIST_REDACTIONS: "list redactions",
    Action.READ_REDACTION_RECORD: "read the record of the redactions",
    Action.READ_REDACTION: "look at a removal",
    Action.ASSESS_REDACTION: "assess a redaction",
    Action.CHALLENGE_REDACTION: "challenge a redaction",
    Action.READ_ASSESSMENT: "read an assessment of a redaction",
    Action.SHARE_ASSESSMENT: "share an assessment of a redaction",
    Action.LIST_CHALLENGES: "list challenges",
    Action.READ_CHALLENGE: "read a challenge",
    Action.WITHDRAW_CHALLENGE: "withdraw a challenge",
    Action.DECIDE_CHALLENGE: "decide a challenge",
    Action.CONFIRM_NARROWING: "approve a smaller mark",
    Action.PROPOSE_REDACTION: "propose a redaction",
    Action.CHANGE_REDACTION: "change a redaction",
    Action.WITHDRAW_REDACTION: "withdraw a redaction",
    Action.RESTORE_REDACTION: "bring a redaction back",
    Action.DECIDE_REDACTION: "decide a redaction",
    Action.LIST_REVIEWS: "list reviews",
    Action.OPEN_REVIEW: "open a review",
    Action.READ_REVIEW: "see a review",
    Action.PROPOSE_GRANT: "grant an edition",
    Action.GRANT_INTERNALLY: "grant people of the publisher a version",
    Action.READ_GRANT: "see a grant",
    Action.APPROVE_GRANT: "decide a grant",
    Action.REVOKE_GRANT: "revoke a grant",
    Action.ACCEPT_TERMS: "accept the terms",
    Action.ACKNOWLEDGE_RECEIPT: "acknowledge a receipt",
    Action.READ_RECEIPT: "read a receipt",
    Action.READ_LEDGER: "read the shared items",
    Action.EXPORT_OWN_WORK: "export an organisation's own work",
    Action.LIST_REQUESTS: "list requests",
    Action.DRAFT_REQUEST: "draft a request",
    Action.SUBMIT_REQUEST: "submit a request",
    Action.READ_REQUEST: "read a request",
    Action.TRIAGE_REQUEST: "triage a request",
    Action.ASSIGN_REQUEST: "assign a request",
    Action.NOTE_REQUEST: "write an internal note",
    Action.READ_NOTES: "read internal notes",
    Action.DRAFT_ANSWER: "draft an answer",
    Action.CHECK_ANSWER: "send an answer to the release check",
    Action.RELEASE_ANSWER: "release an answer",
    Action.SEND_BACK_ANSWER: "send an answer back",
    Action.ASK_CLARIFICATION: "ask for clarification",
    Action.CLARIFY_REQUEST: "clarify a request",
    Action.ACCEPT_ANSWER: "accept an answer",
    Action.RETURN_ANSWER: "return an answer",
    Action.WITHDRAW_REQUEST: "withdraw a request",
    Action.LIST_FINDINGS: "list findings",
    Action.FILE_FINDING: "file a finding",
    Action.READ_FINDING: "read a finding",
    Action.ANSWER_FINDING: "answer a finding",
    Action.REJECT_FINDING: "decide a rejection",
    Action.ROUTE_FINDING: "send a finding on",
    Action.REROUTE_FINDING: "give a finding to another author",
    Action.CONFIRM_FINDING: "confirm an answer",
    Action.CONTEST_FINDING: "contest an answer",
    Action.WITHDRAW_FINDING: "withdraw a finding",
    Action.READ_LOG: "read the log",
    Action.EXPORT_LOG: "export the log",
    Action.READ_RECORD: "read an organisation's record",
    Action.EXPORT_RECORD: "export an organisation's record",
    Action.RUN_SEQUENCER: "sequence the log",
    Action.REMOVE_STALE_ROWS: "remove what old sign-ins left behind",
    Action.OPERATE: "operate the installation",
}
_BY_TAG = {action.tag: words for action, words in _ACTS.items()}
_UNSAID = {"number": "it", "page": "…", "phrase": "…", "preset": "chosen", "rule": ""}


class _Facts(dict[str, str]):
    """Facts of which some may be withheld from the one who reads."""

    def __missing__(self, name: str) -> str:
        return _UNSAID.get(name, "…")


def sentence_of(event: str, *, action: str, outcome: str, facts: Mapping[str, str]) -> str:
    """Say what an entry records.

    Args:
        event: the event's name, such as `FindingFiled`.
        action: the audit tag of its action.
        outcome: done, allowed, denied or failed.
        facts: what the reader may know of the entry, as text.
    """
    if outcome == "denied":
        return f"Was not allowed to {_BY_TAG.get(action, action)}"
    words = _EVENTS.get(event)
    if words is None:
        return _spelt(event) or action
    return words.format_map(_Facts(facts)).rstrip(": ")


def _spelt(event: str) -> str:
    """Spell a name out: `ClaimMoved` becomes `Claim moved`."""
    spaced = "".join(f" {c.lower()}" if c.isupper() else c for c in event).strip()
    return spaced[:1].upper() + spaced[1:]
