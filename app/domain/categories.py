"""Redaction categories and the presets of PRODUCT.md, section 5."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Category:
    """A reason class of a redaction."""

    code: str
    name: str
    explanation: str


CATEGORIES: tuple[Category, ...] = (
    Category("LEG", "Legal prohibition", "Export control, a court order or a statute forbids it."),
    Category("NAT", "National security", "Disclosure would harm national security."),
    Category("PRV", "Legal privilege", "Legal advice, or a legal right to confidentiality."),
    Category("TPC", "Third-party confidence", "Somebody else gave it in confidence."),
    Category("IP", "Trade secret", "A proprietary technique."),
    Category("COM", "Business information", "Confidential business information."),
    Category("SEC", "Security of systems", "It would help an attack on the publisher's systems."),
    Category("HAZ", "Information hazard", "Knowing it would help somebody do harm."),
    Category("PII", "Personal privacy", "It names or describes a private person."),
    Category("EVL", "Evaluation integrity", "Held-out items lose their use when known."),
    Category("EMB", "Embargo", "It may be known later; the date is given."),
    Category("CMP", "Internal compartment", "Need-to-know inside the publisher."),
)
BY_CODE = {category.code: category for category in CATEGORIES}
CODES = tuple(BY_CODE)

SECOND_PERSON_CODES = frozenset({"LEG", "NAT", "PRV"})
"""Lifting one of these needs an approver (four eyes, PRODUCT.md section 3, rule 6)."""

PRESETS: dict[str, frozenset[str]] = {
    "public": frozenset(),
    "limited": frozenset({"IP", "COM", "EMB", "CMP"}),
    "reviewer": frozenset({"TPC", "IP", "COM", "SEC", "HAZ", "PII", "EVL", "EMB", "CMP"}),
    "unredacted": frozenset(CODES),
}


def needs_second_person(preset: str, lifted: frozenset[str]) -> bool:
    """Say whether a grant with these lifted categories must be approved by another person.

    True when it lifts LEG, NAT or PRV, or goes beyond the preset it starts from.
    """
    return bool(lifted & SECOND_PERSON_CODES) or bool(lifted - PRESETS[preset])
