"""What is removed from the demo's report, and why.

Marks by phrase stand for every occurrence of it; marks by region for what no phrase reaches. A
test holds each against the typeset pages. Characters and justifications are public: they say
nothing of what is removed.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Region:
    """A rectangle on a page: x0, y0, x1, y1 in points as displayed, origin top left."""

    page: int
    rect: tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class DemoRedaction:
    """One redaction: either every occurrence of ``phrase``, or ``region``."""

    categories: tuple[str, ...]
    character: str
    justification: str
    mode: str
    """``tight``, ``padded``, ``line`` or ``block``."""
    phrase: str | None = None
    region: Region | None = None


_STAFF = "Members of staff are not named outside the lab without their consent."
_SYSTEMS = "The names and places of internal systems would help somebody who attacks them."
_HELD_OUT = "An evaluation that becomes known can no longer be used."
_EVASION = "The detail would help a later model, or those who train one, to evade oversight."
_COSTS = "What the lab spends on its safeguards is confidential business information."
_COUNSEL = "The lab keeps its legal right to confidential advice."

REDACTIONS: tuple[DemoRedaction, ...] = (
    *(
        DemoRedaction(
            phrase=name,
            categories=("PII",),
            character="Name of a member of staff",
            justification=_STAFF,
            mode="line",
        )
        for name in ("Leila Haddad", "Oskar Nyman", "Dev Ramaswamy", "Helen Marchetti")
    ),
    *(
        DemoRedaction(
            phrase=name,
            categories=("SEC",),
            character=character,
            justification=_SYSTEMS,
            mode="padded",
        )
        for name, character in (
            ("LANTERN", "Name of an internal system"),
            ("GATEHOUSE", "Name of an internal system"),
            ("KILN", "Name of an internal system"),
            ("/etc/lantern/limits.toml", "Path of a configuration file"),
            ("gw-dublin-03.gatehouse.internal", "Name of a host"),
        )
    ),
    DemoRedaction(
        region=Region(page=6, rect=(312.0, 308.0, 392.0, 321.0)),
        categories=("SEC",),
        character="Label in a figure: an internal system and a host",
        justification=_SYSTEMS,
        mode="tight",
    ),
    DemoRedaction(
        region=Region(page=7, rect=(470.0, 133.0, 508.0, 244.0)),
        categories=("IP", "SEC"),
        character="Column of a table: thresholds of the monitor",
        justification=(
            "The thresholds were found by a method of the lab's own, and would tell an attacker "
            "how much is tolerated."
        ),
        mode="tight",
    ),
    DemoRedaction(
        phrase=(
            "weights each transcript by the disagreement of three graders and discards the "
            "middle third"
        ),
        categories=("IP",),
        character="A step of the training method",
        justification="The step is a trade secret; what follows from it is stated in the text.",
        mode="padded",
    ),
    *(
        DemoRedaction(
            phrase=phrase,
            categories=("COM",),
            character=character,
            justification=_COSTS,
            mode="padded",
        )
        for phrase, character in (
            ("11,200 accelerator-hours", "Amount of lost computing time"),
            ("3.4 million a year", "Cost of a programme"),
        )
    ),
    DemoRedaction(
        phrase="Saltmarsh Analytics",
        categories=("TPC",),
        character="Name of a contractor",
        justification="The contractor took part on the condition that it would not be named.",
        mode="padded",
    ),
    *(
        DemoRedaction(
            phrase=phrase,
            categories=("EVL",),
            character=character,
            justification=_HELD_OUT,
            mode="padded",
        )
        for phrase, character in (
            ("quiet-harbour", "Name of a held-out evaluation"),
            ("second-ledger", "Name of a held-out evaluation"),
            ("MER4-CANARY-7f3a-91d2-58c0", "Marker string of the held-out evaluations"),
        )
    ),
    *(
        DemoRedaction(
            phrase=phrase,
            categories=("HAZ",),
            character=character,
            justification=_EVASION,
            mode="padded",
        )
        for phrase, character in (
            (
                "split a weak result over three sessions and repaired it in the last, so that no "
                "single transcript showed a loss",
                "How an evasion worked",
            ),
            (
                "was spread over the punctuation of list items and needed no word that a filter "
                "could match",
                "How a trigger passed the filters",
            ),
        )
    ),
    DemoRedaction(
        phrase=(
            "Counsel advises that the description of the March incident in pathway 6 may be "
            "discoverable in the pending arbitration, and that the report should state only that "
            "an incident occurred and was resolved."
        ),
        categories=("PRV",),
        character="Legal advice",
        justification=_COUNSEL,
        mode="block",
    ),
    DemoRedaction(
        phrase=(
            "A customer whose job was delayed has claimed damages, and the claim is before an "
            "arbitrator."
        ),
        categories=("PRV", "TPC"),
        character="A pending legal matter with a third party",
        justification="The matter is confidential between the parties until it is decided.",
        mode="padded",
    ),
)
