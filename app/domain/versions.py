"""How versions stand to each other, in words: what became of a claim, what that touches. Pure."""

STANDINGS = {
    "identical": "Identical",
    "same": "The same words",
    "moved": "Moved",
    "changed": "Changed",
    "ambiguous": "More than one place may be meant",
    "gone": "Not found",
    "new": "New",
    "unread": "Nothing of it is read",
    "closed": "Not open to you",
    "waiting": "Being compared",
    "lines": "Its lines changed",
    "version": "The version changed",
    "chosen": "Place chosen",
    "joined": "Marked here already",
}
"""What became of a part of the earlier version, as people read it."""

WAITS = (
    "Claims that wait do not hold a publication up: each can be carried on afterwards as well. What"
    " was decided can be taken back until the version is published."
)
"""The rule, as people read it where claims wait."""

TOUCHING = frozenset({"changed", "gone", "ambiguous", "moved", "unread"})
"""What of a claim touches whatever stands on it: all but that its words are where they were."""

THINGS = {
    "finding": "Findings",
    "request": "Requests",
    "recommendation": "Recommendations",
    "position": "Positions",
    "assurance": "Assurances",
    "statement": "Statements",
}
"""The kinds of things that stand on a version, as people read them, in the order of the map."""

REMOVALS = {
    "new": "Removed since",
    "withheld": "Withheld from you since",
    "shown": "Shown to you now",
    "changed": "Other categories",
    "gone": "Not among the removals any more",
}
"""What became of a removal, as its readers may know it."""

CLAIMS_SINCE = {
    "new": "Among the claims since",
    "changed": "Changed",
    "gone": "Not among the claims any more",
}
"""What became of a claim; never whether it was withheld, taken off or not carried on."""
