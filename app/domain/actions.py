"""Every act that anybody may be allowed or refused: one reviewed list.

An action is `READ_PAGE` in code, `Action::"ReadPage"` in Cedar and `report:page:read` in the log.
Who may do it is written in policies/, never here.
"""

from enum import Enum


class Action(Enum):
    """An action: its audit tag and the kind of thing it is done to."""

    def __init__(self, tag: str, target: str) -> None:
        self.tag = tag
        self.target = target

    @property
    def cedar(self) -> str:
        """Give the action's name in the policies, such as `ReadPage`."""
        return "".join(word.capitalize() for word in self.name.split("_"))

    # identity and organisations
    SIGN_IN = ("identity:session:started", "installation")
    SIGN_OUT = ("identity:session:ended", "installation")
    SWITCH_ORGANISATION = ("identity:session:switched", "installation")
    SEE_HOME = ("home:page:read", "installation")
    MANAGE_ORGANISATIONS = ("organisation:manage", "installation")
    MANAGE_PROVIDERS = ("organisation:provider:manage", "organisation")
    INVITE_PERSON = ("organisation:person:invite", "organisation")
    CHANGE_LEADS = ("organisation:lead:change", "organisation")
    END_MEMBERSHIP = ("organisation:membership:end", "organisation")
    READ_ORGANISATION = ("organisation:read", "organisation")
    READ_HEALTH = ("installation:health:read", "installation")
    READ_POLICIES = ("policies:read", "installation")

    # reports, versions, editions
    CREATE_REPORT = ("report:create", "installation")
    LIST_REPORTS = ("report:list", "installation")
    READ_REPORT = ("report:read", "report")
    IMPORT_VERSION = ("report:version:import", "report")
    READ_VERSION = ("report:version:read", "version")
    READ_PAGE = ("report:page:read", "version")
    SEARCH_VERSION = ("report:version:search", "version")
    DOWNLOAD_VERSION = ("report:version:download", "version")
    REVEAL = ("report:category:reveal", "category")
    VIEW_AS = ("report:version:view-as", "version")
    READ_CLAIMS = ("report:claims:read", "version")
    MARK_CLAIM = ("report:claim:mark", "version")
    ASSIGN_OWNER = ("report:owner:assign", "version")
    PUBLISH_VERSION = ("report:version:publish", "version")
    READ_OPEN_POINTS = ("report:version:open-points:read", "version")
    MARK_FINAL = ("report:version:mark-final", "version")
    READ_INGESTION = ("report:ingestion:read", "version")
    CONFIRM_WORDS = ("report:words:confirm", "version")
    APPROVE_PDF = ("report:pdf:approve", "version")
    INGEST_VERSION = ("report:version:ingest", "version")
    CARRY_CLAIMS = ("report:claims:carry", "version")
    READ_IMPACT = ("report:impact:read", "version")
    DECIDE_MATERIAL = ("report:material-change:decide", "version")
    TELL_MATERIAL_CHANGE = ("report:material-change:tell", "version")
    MATCH_VERSION = ("report:version:match", "version")
    BUILD_EDITION = ("report:edition:build", "version")
    OPEN_SOURCE = ("report:source:open", "version")

    # a reader's own highlights and notes
    LIST_NOTES = ("note:list", "installation")
    KEEP_NOTE = ("note:keep", "version")
    READ_NOTE = ("note:read", "note")
    CHANGE_NOTE = ("note:change", "note")
    EXPORT_NOTES = ("note:export", "installation")

    # redactions
    LIST_REDACTIONS = ("redaction:list", "version")
    READ_REDACTION = ("redaction:read", "redaction")
    ASSESS_REDACTION = ("redaction:assess", "redaction")
    CHALLENGE_REDACTION = ("redaction:challenge", "redaction")
    READ_REDACTION_RECORD = ("redaction:record:read", "version")
    PROPOSE_REDACTION = ("redaction:propose", "version")
    CARRY_REDACTIONS = ("redaction:carry", "version")
    CHANGE_REDACTION = ("redaction:change", "redaction")
    WITHDRAW_REDACTION = ("redaction:withdraw", "redaction")
    RESTORE_REDACTION = ("redaction:restore", "redaction")
    LIST_TEMPLATES = ("redaction:template:list", "installation")
    MANAGE_TEMPLATES = ("redaction:template:manage", "installation")
    COMMENT_REDACTION = ("redaction:comment", "redaction")
    END_EMBARGO = ("redaction:embargo:end", "redaction")
    READ_DELIBERATION = ("redaction:deliberation:read", "redaction")
    DECIDE_REDACTION = ("redaction:decide", "redaction")

    # what reviewers say of redactions
    READ_ASSESSMENT = ("assessment:read", "assessment")
    SHARE_ASSESSMENT = ("assessment:share", "assessment")
    LIST_CHALLENGES = ("challenge:list", "installation")
    READ_CHALLENGE = ("challenge:read", "challenge")
    WITHDRAW_CHALLENGE = ("challenge:withdraw", "challenge")
    DECIDE_CHALLENGE = ("challenge:decide", "challenge")
    CONFIRM_NARROWING = ("challenge:narrowing:confirm", "challenge")

    # reviews, grants, undertakings, receipts
    LIST_REVIEWS = ("review:list", "installation")
    OPEN_REVIEW = ("review:open", "report")
    READ_REVIEW = ("review:read", "review")
    CHANGE_REVIEW_SETTINGS = ("review:settings:change", "review")
    GIVE_ANSWER = ("review:answer:give", "review")
    READ_SHARED_ANSWERS = ("review:answers:read", "review")
    READ_SPEED = ("speed:read", "review")
    PROPOSE_GRANT = ("grant:propose", "review")
    GRANT_INTERNALLY = ("grant:internal:propose", "version")
    READ_GRANT = ("grant:read", "grant")
    APPROVE_GRANT = ("grant:approve", "grant")
    REVOKE_GRANT = ("grant:revoke", "grant")
    ACCEPT_TERMS = ("undertaking:accept", "review")
    ACKNOWLEDGE_RECEIPT = ("receipt:acknowledge", "receipt")
    READ_RECEIPT = ("receipt:read", "receipt")
    READ_LEDGER = ("ledger:read", "installation")
    EXPORT_OWN_WORK = ("organisation:work:export", "organisation")

    # information requests
    LIST_REQUESTS = ("request:list", "installation")
    DRAFT_REQUEST = ("request:draft", "review")
    SUBMIT_REQUEST = ("request:submit", "request")
    REFER_REQUEST = ("request:refer", "request")
    READ_REQUEST = ("request:read", "request")
    KEEP_REQUEST = ("request:keep", "request")
    TRIAGE_REQUEST = ("request:triage", "request")
    ASSIGN_REQUEST = ("request:assign", "request")
    NOTE_REQUEST = ("request:note", "request")
    READ_NOTES = ("request:notes:read", "request")
    HAND_OVER_PART = ("request:part:hand-over", "request")
    DRAFT_ANSWER = ("request:answer:draft", "request")
    ATTACH_FILE = ("request:answer:attach", "request")
    CHECK_ANSWER = ("request:answer:send-to-check", "request")
    RECORD_ANSWER = ("request:answer:record", "request")
    POINT_TO_RELEASED = ("request:answer:point", "request")
    RELEASE_ANSWER = ("request:answer:release", "request")
    SHARE_ANSWER = ("request:answer:share", "request")
    WORD_SHARED_QUESTION = ("request:answer:word", "request")
    SEND_BACK_ANSWER = ("request:answer:send-back", "request")
    ASK_CLARIFICATION = ("request:clarification:ask", "request")
    CLARIFY_REQUEST = ("request:clarification:give", "request")
    ACCEPT_ANSWER = ("request:answer:accept", "request")
    RETURN_ANSWER = ("request:answer:return", "request")
    APPEAL_ANSWER = ("request:answer:appeal", "request")
    DECIDE_APPEAL = ("request:appeal:decide", "request")
    MERGE_REQUEST = ("request:merge", "request")
    CARRY_ANSWER = ("request:answer:carry", "request")
    ARRANGE_INTERVIEW = ("request:interview:arrange", "request")
    DRAFT_INTERVIEW_NOTES = ("request:interview:notes:draft", "request")
    SIGN_INTERVIEW_NOTES = ("request:interview:notes:sign", "request")
    LET_RESPONDER_GO = ("request:responder:let-go", "request")
    END_REQUEST = ("request:end", "request")
    WITHDRAW_REQUEST = ("request:withdraw", "request")
    FIND_EARLIER = ("request:earlier:find", "installation")
    READ_PROVIDED = ("request:ledger:read", "installation")
    SEARCH_REQUESTS = ("request:search", "installation")
    EXPORT_REQUESTS = ("request:list:export", "installation")
    TRIAGE_SEVERAL = ("request:several:triage", "installation")
    READ_COCKPIT = ("request:cockpit:read", "installation")

    # the publisher's teams
    LIST_TEAMS = ("team:list", "installation")
    MANAGE_TEAMS = ("team:manage", "installation")
    NOTE_ABSENCE = ("team:absence:note", "installation")

    # which team a request is suggested to
    LIST_RULES = ("routing:rule:list", "installation")
    MANAGE_RULES = ("routing:rule:manage", "installation")

    # question packs
    LIST_PACKS = ("pack:list", "installation")
    KEEP_PACK = ("pack:keep", "installation")
    READ_PACK = ("pack:read", "pack")
    CHANGE_PACK = ("pack:change", "pack")
    OFFER_PACK = ("pack:offer", "pack")

    # fact-check findings
    LIST_FINDINGS = ("finding:list", "installation")
    FILE_FINDING = ("finding:file", "review")
    DRAFT_FINDING = ("finding:draft", "review")
    LIST_FINDING_DRAFTS = ("finding:draft:list", "installation")
    READ_FINDING_DRAFT = ("finding:draft:read", "finding_draft")
    CHANGE_FINDING_DRAFT = ("finding:draft:change", "finding_draft")
    KEEP_FINDING_DRAFT = ("finding:draft:keep", "finding_draft")
    EXPORT_FINDINGS = ("finding:export", "installation")
    READ_FINDING = ("finding:read", "finding")
    ANSWER_FINDING = ("finding:answer", "finding")
    REJECT_FINDING = ("finding:reject", "finding")
    ROUTE_FINDING = ("finding:route", "finding")
    REROUTE_FINDING = ("finding:reroute", "finding")
    CONFIRM_FINDING = ("finding:confirm", "finding")
    CONTEST_FINDING = ("finding:contest", "finding")
    WITHDRAW_FINDING = ("finding:withdraw", "finding")
    ASK_DETAIL = ("finding:detail:ask", "finding")
    GIVE_DETAIL = ("finding:detail:give", "finding")
    LINK_FIX = ("finding:fix:link", "finding")
    SET_ASIDE_FINDING = ("finding:set-aside", "finding")
    PROPOSE_MOOT = ("finding:moot:propose", "finding")
    REFUSE_MOOT = ("finding:moot:refuse", "finding")
    ANSWER_SEVERAL = ("finding:several:answer", "installation")
    READ_DESK = ("finding:desk:read", "installation")
    EXPORT_DESK = ("finding:desk:export", "installation")
    WRITE_MESSAGE = ("finding:message:write", "finding")
    STRIKE_MESSAGE = ("finding:message:strike", "finding")
    ATTACH_TO_FINDING = ("finding:file:attach", "finding")
    GIVE_FILE = ("finding:file:give", "finding")

    # undoing a share
    LIST_CLAW_BACKS = ("claw-back:list", "installation")
    READ_CLAW_BACK = ("finding:claw-back:read", "finding")
    CLAW_BACK = ("finding:claw-back", "finding")
    ASK_DELETION = ("organisation:deletion:ask", "organisation")
    LIST_DELETIONS = ("deletion:list", "installation")
    CERTIFY_DELETION = ("organisation:deletion:certify", "organisation")

    # assurances, and the keys that people sign with
    LIST_ASSURANCES = ("assurance:list", "installation")
    REQUEST_ASSURANCE = ("assurance:request", "review")
    READ_ASSURANCE = ("assurance:read", "assurance")
    DRAFT_ASSURANCE = ("assurance:draft", "assurance")
    SIGN_ASSURANCE = ("assurance:sign", "assurance")
    RELEASE_ASSURANCE = ("assurance:release", "assurance")
    WITHDRAW_ASSURANCE = ("assurance:withdraw", "assurance")
    MANAGE_WORDINGS = ("assurance:wording:manage", "installation")
    KEEP_SIGNING_KEYS = ("signing:key:keep", "installation")

    # positions
    READ_POSITIONS = ("position:read", "review")
    KEEP_POSITIONS = ("position:keep", "review")
    RELEASE_POSITIONS = ("position:release", "review")
    COMPARE_POSITIONS = ("position:compare", "version")

    # recommendations
    LIST_RECOMMENDATIONS = ("recommendation:list", "installation")
    DRAFT_RECOMMENDATION = ("recommendation:draft", "review")
    CARRY_RECOMMENDATIONS = ("recommendation:carry", "review")
    READ_RECOMMENDATION = ("recommendation:read", "recommendation")
    CHANGE_RECOMMENDATION = ("recommendation:change", "recommendation")
    FILE_RECOMMENDATION = ("recommendation:file", "recommendation")
    WITHDRAW_RECOMMENDATION = ("recommendation:withdraw", "recommendation")
    RESPOND_TO_RECOMMENDATION = ("recommendation:respond", "recommendation")
    SAY_ADOPTION = ("recommendation:adoption:say", "recommendation")

    # review statements
    LIST_STATEMENTS = ("statement:list", "installation")
    OPEN_WORKSPACE = ("statement:workspace:open", "review")
    START_STATEMENT = ("statement:start", "review")
    READ_STATEMENT_DRAFT = ("statement:draft:read", "statement")
    WRITE_STATEMENT = ("statement:write", "statement")
    SHARE_STATEMENT = ("statement:share", "statement")
    READ_STATEMENT = ("statement:read", "statement")
    COMMENT_STATEMENT = ("statement:comment", "statement")
    DECIDE_COMMENT = ("statement:comment:decide", "statement")
    DECIDE_PUBLICATION = ("statement:publication:decide", "statement")
    NARROW_STATEMENT = ("statement:narrow", "statement")
    RELEASE_STATEMENT = ("statement:release", "statement")
    WITHDRAW_STATEMENT = ("statement:withdraw", "statement")
    EXPORT_STATEMENT = ("statement:export", "statement")

    # notices
    LIST_NOTICES = ("notice:list", "installation")
    MARK_NOTICES_READ = ("notice:read", "installation")
    TELL_PEOPLE = ("notice:tell", "installation")
    SET_PREFERENCES = ("notice:preferences:set", "installation")
    CHANGE_MAIL_WORDING = ("organisation:mail:change", "organisation")
    SEND_MAILS = ("mail:send", "installation")
    READ_MAILS = ("mail:read", "installation")
    RETRY_MAIL = ("mail:retry", "installation")

    # the log
    READ_LOG = ("audit:log:read", "installation")
    EXPORT_LOG = ("audit:log:export", "installation")
    READ_RECORD = ("audit:record:read", "organisation")
    EXPORT_RECORD = ("audit:record:export", "organisation")
    REMOVE_STALE_ROWS = ("identity:leftovers:remove", "installation")
    RUN_SEQUENCER = ("audit:sequence", "installation")
    OPERATE = ("installation:operate", "installation")


BY_CEDAR = {action.cedar: action for action in Action}
