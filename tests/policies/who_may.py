"""Who may do what at most, written out and not taken from the schema: the lists to try against."""

# What no reviewer organisation may ever do.
_PUBLISHER_ONLY = (
    "ManageOrganisations ReadHealth ReadPolicies CreateReport ReadReport ImportVersion ViewAs "
    "ReadIngestion ConfirmWords ApprovePdf MarkClaim AssignOwner PublishVersion GrantInternally "
    "ListRedactions ReadRedactionRecord DecideChallenge ConfirmNarrowing ProposeRedaction "
    "CarryRedactions ChangeRedaction WithdrawRedaction RestoreRedaction ReadDeliberation "
    "CommentRedaction ListTemplates ManageTemplates DecideRedaction ReadLedger OpenReview "
    "ChangeReviewSettings ProposeGrant ApproveGrant RevokeGrant TriageRequest AssignRequest "
    "NoteRequest ReadNotes HandOverPart AttachFile DecideAppeal RecordAnswer PointToReleased "
    "ShareAnswer WordSharedQuestion GiveAnswer ListTeams ManageTeams NoteAbsence TriageSeveral "
    "ReadCockpit ListRules ManageRules MergeRequest CarryAnswer "
    "DraftAnswer CheckAnswer ReleaseAnswer SendBackAnswer AskClarification OfferPack "
    "AnswerFinding RejectFinding RouteFinding RerouteFinding ReadLog ExportLog IngestVersion "
    "MatchVersion TellMaterialChange CarryClaims DecideMaterial "
    "BuildEdition OpenSource EndEmbargo RunSequencer Operate TellPeople SendMails ReadMails "
    "RetryMail RequestAssurance DraftAssurance SignAssurance ReleaseAssurance "
    "WithdrawAssurance ManageWordings ComparePositions RespondToRecommendation "
    "CommentStatement DecidePublication NarrowStatement AttachToFinding GiveFile "
    "AskDetail LinkFix AnswerSeveral ReadDesk ExportDesk ListClawBacks ReadClawBack "
    "ClawBack "
    "AskDeletion ReadOpenPoints MarkFinal ProposeMoot"
)
PUBLISHER_ONLY = frozenset(_PUBLISHER_ONLY.split())
_REVIEWER_ONLY = (
    "ExportOwnWork AcceptTerms AcknowledgeReceipt DraftRequest FindEarlier SubmitRequest "
    "KeepRequest "
    "ReferRequest ClarifyRequest AcceptAnswer ReturnAnswer AppealAnswer WithdrawRequest "
    "DraftFinding ListFindingDrafts ReadFindingDraft ChangeFindingDraft KeepFindingDraft "
    "FileFinding ConfirmFinding ContestFinding WithdrawFinding ReadPositions KeepPositions "
    "ReleasePositions DraftRecommendation CarryRecommendations ChangeRecommendation "
    "FileRecommendation WithdrawRecommendation OpenWorkspace StartStatement "
    "ReadStatementDraft WriteStatement ShareStatement DecideComment ReleaseStatement "
    "WithdrawStatement ExportStatement "
    "GiveDetail SetAsideFinding RefuseMoot "
    "ListDeletions CertifyDeletion"
)
REVIEWER_ONLY = frozenset(_REVIEWER_ONLY.split())
LEADS_OWN = frozenset({"ManageProviders", "ChangeLeads"})
JOBS_MAY = {
    "system:ingest": {"IngestVersion", "OpenSource"},
    "system:build": {"BuildEdition", "OpenSource"},
    "system:match": {"MatchVersion", "TellMaterialChange"},
    "system:sequencer": {"RunSequencer"},
    "system:route": {"RouteFinding"},
    "system:operate": {
        "Operate",
        "ManageOrganisations",
        "ManageProviders",
        "InvitePerson",
        "ChangeLeads",
    },
    "system:tidy": {"RemoveStaleRows"},
    "system:embargo": {"EndEmbargo"},
    "system:notices": {"TellPeople", "SendMails"},
    "system:reassign": {"LetResponderGo"},
    "system:end-requests": {"EndRequest"},
    "system:other": set(),
}
