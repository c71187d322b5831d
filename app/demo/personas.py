"""The organisations and people of the demo.

Here belong only invented names and what each person would do in the tour. What the demo loads
into the portal for them lives elsewhere; how they sign in is ``provider.py``.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class DemoOrganisation:
    """One organisation of the demo; ``slug`` names its issuer at the demo's identity provider."""

    code: str
    name: str
    kind: str
    """``publisher``, ``nonprofit``, ``government`` or ``internal``."""
    slug: str


@dataclass(frozen=True, kw_only=True)
class Persona:
    """One person who can be chosen at sign-in."""

    subject: str
    name: str
    email: str
    organisation_code: str
    roles: tuple[str, ...]
    tour: str
    """What this person would do in the tour, in one line."""


PUBLISHER = DemoOrganisation(code="MER", name="Meridian Lab", kind="publisher", slug="meridian")
NORTHLIGHT = DemoOrganisation(
    code="NOR", name="Northlight Evaluations", kind="nonprofit", slug="northlight"
)
NIMA = DemoOrganisation(
    code="NIMA", name="National Institute for Model Assurance", kind="government", slug="nima"
)
STRESS_TESTING = DemoOrganisation(
    code="STRESS", name="Stress-Testing Team", kind="internal", slug="stress-testing"
)

ORGANISATIONS: tuple[DemoOrganisation, ...] = (PUBLISHER, NORTHLIGHT, NIMA, STRESS_TESTING)

ROLE_WORDS: dict[str, str] = {
    "coordinator": "Coordinator",
    "author": "Author",
    "responder": "Responder",
    "approver": "Approver",
    "auditor": "Auditor",
    "security_auditor": "Security auditor",
    "administrator": "Administrator",
    "lead": "Lead of the reviewer organisation",
    "reviewer": "Reviewer",
}
"""Each role as a person would say it."""

PERSONAS: tuple[Persona, ...] = (
    Persona(
        subject="ines.okafor",
        name="Ines Okafor",
        email="ines.okafor@meridian.example",
        organisation_code="MER",
        roles=("author",),
        tour="Imports the report, marks redactions, answers findings on pathways 1 to 5.",
    ),
    Persona(
        subject="tomas.lindqvist",
        name="Tomas Lindqvist",
        email="tomas.lindqvist@meridian.example",
        organisation_code="MER",
        roles=("author",),
        tour="Owns pathways 6 to 9: sees which findings hit his claims.",
    ),
    Persona(
        subject="ruth.abendroth",
        name="Ruth Abendroth",
        email="ruth.abendroth@meridian.example",
        organisation_code="MER",
        roles=("coordinator",),
        tour="Opens reviews, grants editions, triages the open request.",
    ),
    Persona(
        subject="dev.ramaswamy",
        name="Dev Ramaswamy",
        email="dev.ramaswamy@meridian.example",
        organisation_code="MER",
        roles=("responder",),
        tour="Drafts the answer to the request that was assigned to him.",
    ),
    Persona(
        subject="helen.marchetti",
        name="Helen Marchetti",
        email="helen.marchetti@meridian.example",
        organisation_code="MER",
        roles=("approver",),
        tour="Approves redactions and releases answers that somebody else wrote.",
    ),
    Persona(
        subject="nadia.ferreira",
        name="Nadia Ferreira",
        email="nadia.ferreira@meridian.example",
        organisation_code="MER",
        roles=("approver",),
        tour="Decides challenges of redactions that Helen approved: she had no part in them.",
    ),
    Persona(
        subject="paul.whitcombe",
        name="Paul Whitcombe",
        email="paul.whitcombe@meridian.example",
        organisation_code="MER",
        roles=("auditor",),
        tour="Looks through the log, exports it and verifies it.",
    ),
    Persona(
        subject="jonas.petrie",
        name="Jonas Petrie",
        email="jonas.petrie@meridian.example",
        organisation_code="MER",
        roles=("security_auditor",),
        tour="Opens a reading trace with a reason, and the organisation is told.",
    ),
    Persona(
        subject="sana.iqbal",
        name="Sana Iqbal",
        email="sana.iqbal@meridian.example",
        organisation_code="MER",
        roles=("administrator",),
        tour="Adds an identity provider and invites people; reads no report.",
    ),
    Persona(
        subject="amara.diallo",
        name="Amara Diallo",
        email="amara.diallo@northlight.example",
        organisation_code="NOR",
        roles=("lead",),
        tour="Sees what Northlight may read and until when, and exports its own record.",
    ),
    Persona(
        subject="felix.brandt",
        name="Felix Brandt",
        email="felix.brandt@northlight.example",
        organisation_code="NOR",
        roles=("reviewer",),
        tour="Reads Northlight's edition, files a finding and a request.",
    ),
    Persona(
        subject="margaret.oyelaran",
        name="Margaret Oyelaran",
        email="margaret.oyelaran@nima.example",
        organisation_code="NIMA",
        roles=("lead",),
        tour="Sees the institute's review only; Northlight does not exist for her.",
    ),
    Persona(
        subject="kenji.moriyama",
        name="Kenji Moriyama",
        email="kenji.moriyama@nima.example",
        organisation_code="NIMA",
        roles=("reviewer",),
        tour="Opens the same pages as Felix and gets a different edition of them.",
    ),
    Persona(
        subject="leila.haddad",
        name="Leila Haddad",
        email="leila.haddad@stress.meridian.example",
        organisation_code="STRESS",
        roles=("lead",),
        tour="Leads the companion review from inside, on the same engine.",
    ),
    Persona(
        subject="oskar.nyman",
        name="Oskar Nyman",
        email="oskar.nyman@stress.meridian.example",
        organisation_code="STRESS",
        roles=("reviewer",),
        tour="Reads the widest edition and checks claims against the evidence.",
    ),
)


def people_of(code: str) -> tuple[Persona, ...]:
    """Return the people of the organisation with that code, in the order of the tour."""
    return tuple(person for person in PERSONAS if person.organisation_code == code)


def organisation_with(code: str) -> DemoOrganisation:
    """Return the organisation with that code; ``KeyError`` when there is none."""
    for organisation in ORGANISATIONS:
        if organisation.code == code:
            return organisation
    raise KeyError(code)
