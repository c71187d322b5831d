"""Review statements: topics, states, the publication right, comments on drafts. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

TOPICS: Mapping[str, tuple[str, str]] = {
    "information": (
        "Adequacy of information",
        "Was what you were given enough to judge? What did you ask for and not get?",
    ),
    "rigour": (
        "Analytical rigour",
        "Does the reasoning hold, and does the evidence carry the claims?",
    ),
    "disagreements": ("Disagreements", "Where do you differ from the report, and how much?"),
    "recommendations": ("Recommendations", "What should be done, and by when?"),
    "redaction_scope": ("Scope of redactions", "Is more removed than had to be?"),
    "redaction_reasons": (
        "Justification of redactions",
        "Do the reasons given fit what is removed?",
    ),
    "redaction_balance": (
        "Balance of redactions",
        "Do the reasons outweigh the reader's interest in knowing?",
    ),
    "redaction_materiality": (
        "Materiality of redactions",
        "Does what is removed bear on the conclusion?",
    ),
}
"""The sections of a statement in their order: four about substance, four about redactions."""

SUBSTANCE = ("information", "rigour", "disagreements", "recommendations")
KINDS: Mapping[str, str] = {
    "position": "Positions",
    "finding": "Findings",
    "request": "Requests",
    "assurance": "Assurances",
    "recommendation": "Recommendations",
    "assessment": "Assessments of redactions",
}
"""What a section can point to."""

RIGHTS: Mapping[str, str] = {
    "none": "The publisher has no say in what is published",
    "confidentiality": "The publisher may ask for removals for confidentiality only",
    "approval": "The publisher approves publication",
}
RIGHTS_ASK: Mapping[str, str] = {
    "none": "The organisation releases alone. It may share a draft first.",
    "confidentiality": "The organisation shares its draft first and decides each mark of what is"
    " confidential; then it releases.",
    "approval": "The organisation releases only the text that a coordinator or approver approved.",
}
PAYMENTS: Mapping[str, str] = {
    "unrecorded": "Not recorded",
    "unpaid": "The review is unpaid",
    "publisher": "The publisher pays for the review",
    "organisation": "The reviewer organisation bears its cost itself",
    "third_party": "A third party pays for the review",
}
COMMENT_KINDS: Mapping[str, str] = {
    "fact": "Fact",
    "confidentiality": "Confidentiality",
    "other": "Other",
}
DECISIONS: Mapping[str, str] = {
    "adopted": "Adopted",
    "in_part": "Adopted in part",
    "not_adopted": "Not adopted",
}
VERDICTS: Mapping[str, str] = {
    "no_more_comments": "The publisher has no more comments",
    "approved": "The publisher approved publication",
    "refused": "The publisher refused publication",
}
"""What the publisher can say of a shared draft as a whole, each about exactly one sharing."""

MISSING: Mapping[str, str] = {
    "share": "Share the draft with the publisher.",
    "window": "Wait until the window for comments has closed, or the publisher says that it has"
    " no more comments.",
    "confidentiality": "Decide each comment on confidentiality.",
    "approval": "The publisher has to approve the text that you shared.",
    "refused": "The publisher refused publication of what you shared: change it and share it anew,"
    " or ask them to look again.",
    "changed": "The text changed since the publisher approved it: share it anew.",
}
"""What the publication right still asks for, and what to do."""

AUDIENCES: Mapping[str, str] = {
    "authors": "Authors of the publisher",
    "internal_readers": "Internal readers of the publisher",
}
"""Who may read a released statement besides those who always may."""

STATES: Mapping[str, str] = {
    "draft": "Draft",
    "shared": "Shared for comments",
    "released": "Released",
    "withdrawn": "Withdrawn",
    "discarded": "Discarded",
}
LIVE = frozenset({"draft", "shared"})
SHORTEST_WINDOW, USUAL_WINDOW, LONGEST_WINDOW = 1, 7, 60  # days


@dataclass(frozen=True)
class Step:
    """One row of the table: from where, to where."""

    before: frozenset[str]
    after: str


STEPS: Mapping[str, Step] = {
    "share": Step(LIVE, "shared"),  # again once the time for comments on the copy before is over
    "release": Step(LIVE, "released"),
    "discard": Step(frozenset({"draft"}), "discarded"),
    "withdraw": Step(frozenset({"shared", "released"}), "withdrawn"),
}


class IllegalStep(ValueError):
    """Where the statement stands does not admit this."""


def after(step: str, state: str) -> str:
    """Give where a step leads.

    Raises:
        IllegalStep: the state does not admit it.
    """
    rule = STEPS[step]
    if state not in rule.before:
        raise IllegalStep(f"cannot {step} from {state}")
    return rule.after


def window(opens_at: datetime, days: int) -> tuple[datetime, datetime]:
    """Give the first and the last moment in which the publisher can comment."""
    return opens_at, opens_at + timedelta(days=days)


def is_open(opens_at: datetime | None, closes_at: datetime | None, moment: datetime) -> bool:
    """Say whether comments can be added at a moment; what was not shared has no window."""
    return opens_at is not None and closes_at is not None and opens_at <= moment < closes_at


def edition_name(number: int) -> str:
    """Name an edition of a statement: the original, or which update."""
    return "Original" if number == 1 else f"Update {number - 1}"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far a statement is with what its publication right asks for.

    `verdict`: the publisher's last word on what was shared last; `waiting`: comments on
    confidentiality without a decision; `differs`: the text is not the one that was shared last.
    """

    shared: bool
    open: bool = False
    waiting: int = 0
    verdict: str | None = None
    differs: bool = False


def missing(right: str, standing: Standing) -> tuple[str, ...]:
    """Give what is missing before the organisation may release, as keys of `MISSING`.

    *None* asks for nothing. *Confidentiality* asks that the publisher could mark what is
    confidential, and that each mark is decided; the organisation decides. *Approval* asks for the
    publisher's recorded approval of just this text.
    """
    if right == "none":
        return ()
    if not standing.shared:
        return ("share",)
    if right == "approval":
        if standing.verdict != "approved":
            return ("refused",) if standing.verdict == "refused" else ("approval",)
        return ("changed",) if standing.differs else ()
    found = ("window",) if standing.open else ()
    return (*found, "confidentiality") if standing.waiting else found
