"""What happened to drafts of findings and what goes with them, in plain words. Pure."""

from app.domain.actions import Action

EVENTS = {
    "FindingDrafted": "Drafted a finding",
    "FindingDraftRead": "Read a draft of a finding",
    "FindingDraftsRead": "Read the drafts of findings",
    "FindingDraftChanged": "Changed a draft of a finding",
    "FindingDraftPlaced": "Said anew which place a draft of a finding is about",
    "FindingDraftOpened": "Said who sees a draft of a finding",
    "FindingDraftReady": "Marked a draft of a finding ready for the lead",
    "FindingDraftTakenBack": "Took a draft of a finding back from the lead",
    "FindingDraftRemoved": "Removed a draft of a finding",
    "FindingDraftRestored": "Brought back a draft of a finding",
    "FindingFileAdded": "Added a file to a draft of a finding",
    "FindingFileRemoved": "Took a file off a draft of a finding",
    "FindingDraftFileRead": "Took along a file of a draft of a finding",
    "FindingFileRead": "Took along a file of {number}",
    "FindingsImported": "Made drafts of findings from a file",
    "FindingsExported": "Took findings along",
}
ACTS = {
    Action.DRAFT_FINDING: "draft a finding",
    Action.LIST_FINDING_DRAFTS: "list drafts of findings",
    Action.READ_FINDING_DRAFT: "read a draft of a finding",
    Action.CHANGE_FINDING_DRAFT: "change a draft of a finding",
    Action.KEEP_FINDING_DRAFT: "say who sees a draft of a finding",
    Action.EXPORT_FINDINGS: "take findings along",
}
