"""Assurances: their states, who moves them, the wording offered, what exactly is signed. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

REQUESTED = "requested"
OUTCOMES: Mapping[str, str] = {
    "affirmed": "Affirmed",
    "qualified": "Affirmed with a qualification",
    "declined": "Declined",
}
STATES: Mapping[str, str] = {
    REQUESTED: "Requested",
    **OUTCOMES,
    "superseded": "Superseded",
    "withdrawn": "Withdrawn",
}
SIGNED = frozenset({"affirmed", "qualified"})
"""Outcomes that state something, so that somebody signs for it."""

WITHDRAWALS: Mapping[str, str] = {
    "no_longer_true": "It is no longer true",
    "stated_in_error": "It was stated in error",
    "not_needed": "It is no longer needed",
}
"""Why one is withdrawn: a fixed vocabulary, since the other side reads it."""


@dataclass(frozen=True)
class Step:
    """One row of the table: from where, to where (None: to the outcome that was chosen)."""

    before: frozenset[str]
    after: str | None


STEPS: Mapping[str, Step] = {
    "draft": Step(frozenset({REQUESTED}), REQUESTED),
    "sign": Step(frozenset({REQUESTED}), REQUESTED),
    "release": Step(frozenset({REQUESTED}), None),
    "supersede": Step(SIGNED | {"declined"}, "superseded"),
    "withdraw": Step(SIGNED | {REQUESTED}, "withdrawn"),
}


class IllegalStep(ValueError):
    """Where the assurance stands, or what is missing of it, does not admit this."""


def after(step: str, state: str, *, outcome: str | None = None, signed: bool = False) -> str:
    """Give where a step leads.

    Args:
        step: of STEPS.
        state: of STATES.
        outcome: what was chosen, of OUTCOMES; needed to release.
        signed: whether the signatory's signature holds over the text as it is.

    Raises:
        IllegalStep: the state does not admit it, or nobody signed what is affirmed.
    """
    rule = STEPS[step]
    if state not in rule.before:
        raise IllegalStep(f"cannot {step} from {state}")
    if rule.after is not None:
        return rule.after
    if outcome is None or outcome not in OUTCOMES:
        raise IllegalStep("nothing was chosen yet")
    if outcome in SIGNED and not signed:
        raise IllegalStep("nobody signed it")
    return outcome


@dataclass(frozen=True)
class Template:
    """A wording that is offered; `{date}` stands for the as-of date."""

    code: str
    name: str
    text: str
    scope: str


TEMPLATES: tuple[Template, ...] = (
    Template(
        "same-or-higher",
        "No other model of the same or higher capability",
        "No other model of the same or higher capability is deployed internally without the "
        "safeguards that the report describes, as of {date}.",
        "All models trained by the publisher, deployed for internal use.",
    ),
    Template(
        "complete-account",
        "The account is complete",
        "The report omits no result known to its authors that would change the conclusion on a "
        "pathway, as of {date}.",
        "Results of the evaluations and investigations that the report covers.",
    ),
    Template(
        "safeguards-in-force",
        "Safeguards in force",
        "The safeguards that the report describes have been in force without interruption since "
        "the coverage date of the report, as of {date}.",
        "The safeguards named in the report, in every place where the model is used.",
    ),
    Template(
        "no-incident",
        "No undisclosed incident",
        "No incident of the kind that the report describes is known to the publisher and left out "
        "of the report, as of {date}.",
        "Incidents recorded in the publisher's own incident process.",
    ),
    Template(
        "redactions-honest",
        "Redactions hide no concern",
        "No redaction in the edition given to this organisation hides a concerning finding, an "
        "error or non-compliance, as of {date}.",
        "All redactions in force in this version.",
    ),
)


def worded(text: str, as_of: date) -> str:
    """Put the as-of date into a wording."""
    return text.replace("{date}", as_of.isoformat())


def payload(
    *,
    number: str,
    outcome: str,
    text: str,
    scope: str,
    qualification: str,
    as_of: date,
    version_id: str,
    organisation: str,
    signatory: str,
) -> dict[str, object]:
    """Give what is signed, to be written in canonical form: it names all that it depends on.

    Whoever signs may not know whose it is: `number` is the alias then, and `organisation` the
    digest of `whose` (decisions/0045).
    """
    return {
        "kind": "vitrine assurance",
        "number": number,
        "outcome": outcome,
        "text": text,
        "scope": scope,
        "qualification": qualification,
        "as_of": as_of.isoformat(),
        "version": version_id,
        "organisation": organisation,
        "signatory": signatory,
    }


def whose(*, number: str, organisation: str, nonce: str) -> dict[str, object]:
    """Give what says for whom an assurance was signed; what is signed holds only its digest.

    Args:
        number: which names the organisation.
        organisation: its id.
        nonce: so that nobody finds out by trying organisations.
    """
    return {
        "kind": "vitrine assurance: for whom",
        "nonce": nonce,
        "number": number,
        "organisation": organisation,
    }
