"""What happened to claims, their owners and evidence, in plain words: beside `sentences`. Pure."""

from collections.abc import Mapping

EVENTS: Mapping[str, str] = {
    "ClaimMarked": "Marked a claim",
    "ClaimChanged": "Changed a claim",
    "ClaimSuperseded": "Put a changed claim in the place of another",
    "ClaimMoved": "Moved a claim in the order of the register",
    "ClaimRemoved": "Took a claim off the register",
    "ClaimRestored": "Brought a claim back to the register",
    "ClaimsImported": "Imported {claims} claims",
    "ClaimsRead": "Read the claims register",
    "ClaimRead": "Read a claim",
    "ClaimsExported": "Exported the claims register",
    "CoverageRead": "Read what no claim covers",
    "PathwayNamed": "Named a pathway",
    "EvidenceLinked": "Said that a claim rests on an item of evidence",
    "EvidenceUnlinked": "Said that a claim does not rest on an item of evidence after all",
    "OwnerAssigned": "Named who answers for a part",
    "OwnerRemoved": "Said that somebody does not answer for a part any more",
    "ConclusionTouched": "Finding {number} touches the conclusion",
}
