"""What entries about review statements record, in words. Pure."""

from collections.abc import Mapping

from app.domain.actions import Action

EVENTS: Mapping[str, str] = {
    "PublicationRightSet": "Set the publication right of a review to {publication_right}",
    "StatementsListed": "Looked at the statements",
    "WorkspaceOpened": "Opened the workspace of a statement",
    "StatementStarted": "Started a statement",
    "SectionKept": "Kept a section of a statement",
    "StatementFileKept": "Kept a statement that was written elsewhere",
    "StatementFileRemoved": "Took the file off a statement",
    "StatementDiscarded": "Discarded the draft of a statement",
    "StatementSealed": "Prepared a statement for its signature",
    "StatementTaken": "Took a draft of a statement along",
    "StatementShared": "Shared a draft of a statement for comments until {closes}",
    "StatementRead": "Read a statement",
    "StatementCommented": "Commented on a draft of a statement: {kind}",
    "CommentDecided": "Decided comment {comment} on a statement: {decision}",
    "PublicationDecided": "Said of a shared draft of a statement: {decision}",
    "StatementNarrowed": "Stated that a statement holds nothing withheld from the public",
    "StatementReleased": "Signed and released a statement with the key {fingerprint}",
    "StatementWithdrawn": "Withdrew a statement",
    "StatementExportStarted": "Began to take the evidence of a statement",
}
ACTS: Mapping[Action, str] = {
    Action.LIST_STATEMENTS: "list statements",
    Action.OPEN_WORKSPACE: "open the workspace of a statement",
    Action.START_STATEMENT: "start a statement",
    Action.READ_STATEMENT_DRAFT: "read the draft of a statement",
    Action.WRITE_STATEMENT: "write a statement",
    Action.SHARE_STATEMENT: "share a draft of a statement",
    Action.READ_STATEMENT: "read a statement",
    Action.COMMENT_STATEMENT: "comment on a statement",
    Action.DECIDE_COMMENT: "decide a comment on a statement",
    Action.DECIDE_PUBLICATION: "decide about the publication of a statement",
    Action.NARROW_STATEMENT: "state that a statement holds nothing withheld",
    Action.RELEASE_STATEMENT: "release a statement",
    Action.WITHDRAW_STATEMENT: "withdraw a statement",
    Action.EXPORT_STATEMENT: "take the evidence of a statement",
}
