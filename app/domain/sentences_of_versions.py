"""What happened between versions of a report, in plain words: beside `sentences`. Pure."""

from collections.abc import Mapping

EVENTS: Mapping[str, str] = {
    "EditionsCompared": "Compared an edition with one of another version",
    "ComparisonWanted": "Asked for two editions to be compared",
    "VersionsCompared": "Looked at what a version changes",
    "ChangelogRead": "Looked at what changed from version to version",
    "ChangelogExported": "Exported what changed from version to version",
    "PassageCompared": "Looked at a passage as it stood then and stands now",
    "MatchingRead": "Looked at where the claims of version {from_number} stand now",
    "ClaimCarried": "Carried a claim of an earlier version on",
    "ClaimsCarried": "Carried {claims} identical claims of version {from_number} on",
    "ClaimFoundGone": "Said that a claim of an earlier version is gone",
    "CarryingUndone": "Took back what was said of a claim of an earlier version",
    "PartCarried": "Carried the {kind} of a {part} of an earlier version on",
    "PartsCarried": "Settled {parts} identical titles and owners together",
    "PartLeft": "Left the {kind} of a {part} of an earlier version behind",
    "ImpactRead": "Looked at what a version touches",
    "ImpactExported": "Exported what a version touches",
    "MaterialChangeDecided": "Decided whether version {number} changes {from_number} materially",
    "MaterialChangeTold": "Told a review that a version changes the one it is about materially",
}
