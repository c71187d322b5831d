"""Situations around a report: imported, marked, published and granted to two organisations.

The report is a small one typeset here, with words that each audience may or may not read. Imports
and jobs are the real ones; grants of organisations are put in by the owner's role, as a review's
own tests do that the long way.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import typst
from sqlalchemy.orm import Session

from app.access.release import release
from app.domain.categories import CODES, PRESETS
from app.domain.targets import SearchRef
from app.features.reports.tasks import build_editions
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.models.redactions import Redaction
from app.models.reviews import Grant, Review, Terms, Undertaking
from app.transaction import begin
from app.worker import work
from tests.world import Someone, World

LEG = "HALCYON"  # withheld from everybody but unredacted readers
SEC = "gatehouse"  # lifted by the preset `reviewer`, withheld by `limited`
PII = "Elena Marchetti"
COM = "forty-one million"  # lifted for both organisations
PUBLIC = "The monitor reads every transcript before a release."

_SOURCE = f"""
#set page(width: 420pt, height: 560pt, margin: 56pt)
#set text(font: "Libertinus Serif", size: 11pt)
#set heading(numbering: none)
= Purpose
{PUBLIC} This report was written for outside reviewers and says what could go wrong.
A court has sealed the project named {LEG}, which is not discussed elsewhere.
#pagebreak()
= Systems
All traffic passes the {SEC} before it reaches a model.
The person who answers for it is {PII} of the safety team.
#pagebreak()
= Costs
The safeguards cost {COM} in the last year.
Reviewers asked for this figure and the board agreed to share it.
#pagebreak()
= Conclusion
We hold that the risk is low. The {SEC} has not failed since it was built.
"""


@cache
def small_report() -> bytes:
    """Give a four-page report with an outline."""
    return bytes(typst.compile(_SOURCE.encode()))


def settle(world: World) -> None:
    """Run every waiting job with the real worker.

    In a thread of its own: where a browser is driven, this thread has an event loop already.
    """
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(work(world.worker, wait=False))).result()


@dataclass(frozen=True)
class ImportedVersion:
    """A version in the state `working`, readable by the author who imported it."""

    report_id: str
    version_id: str

    @property
    def pages(self) -> int:
        """How many pages the small report has."""
        return 4


@dataclass(frozen=True)
class SharedVersion(ImportedVersion):
    """A published version with a review, a grant and accepted terms for each organisation.

    Organisation A has the preset `reviewer` (withheld: LEG), B has `limited` (LEG, SEC, PII).
    """

    review_a: str
    review_b: str
    grant_a: str
    grant_b: str


def imported_version(
    world: World, *, content: bytes | None = None, title: str = "Sabotage risk report"
) -> ImportedVersion:
    """Import a report (the small one unless given) as the author, all the way to `working`."""
    client = world.author.client
    created = client.post("/api/v1/reports", json={"title": title})
    assert created.status_code == 201, created.text
    report_id = created.json()["id"]
    taken = client.post(
        f"/api/v1/reports/{report_id}/versions",
        data={"label": "1.0"},
        files={"file": ("report.pdf", content or small_report(), "application/pdf")},
    )
    assert taken.status_code == 202, taken.text
    settle(world)
    return ImportedVersion(report_id, taken.json()["id"])


def grant_internally(world: World, made: ImportedVersion, someone: Someone, *codes: str) -> str:
    """Let somebody inside the publisher read a version; without codes everything is lifted."""
    with Session(world.owner) as session:
        grant = _grant(world, made, someone, "unredacted" if not codes else "public", codes)
        grant.person_ids = [someone.id]
        session.add(grant)
        session.commit()
        grant_id = grant.id
    build_editions(world.worker, version_id=made.version_id)
    return grant_id


def marked(world: World, made: ImportedVersion, phrase: str, *categories: str) -> list[str]:
    """Redact every occurrence of a phrase, approved already; gives the redactions' ids."""
    with begin(world.web, world.author.actor) as tx:
        hits = release(tx, SearchRef(version_id=made.version_id, phrase=phrase)).hits
    assert hits, phrase
    rows = [
        Redaction(
            id=new_id("redaction"),
            version_id=made.version_id,
            group_id=f"group-{phrase}",
            page=page,
            rects=[list(rect) for at, rect in hit.fragments if at == page],
            mode="padded",
            categories=list(categories),
            character=f"Something of category {categories[0]}",
            justification="It must not be known.",
            size_words=len(phrase.split()),
            state="approved",
            proposed_by=world.author.id,
            proposed_at=now(),
            decided_by=world.approver.id,
            decided_at=now(),
            negative_statement=True,
        )
        for hit in hits
        for page in sorted({at for at, _ in hit.fragments})
    ]
    with Session(world.owner) as session:
        session.add_all(rows)
        session.commit()
        return [row.id for row in rows]


def published_version(world: World) -> ImportedVersion:
    """Import, redact in four categories, and publish."""
    made = imported_version(world)
    for phrase, code in ((LEG, "LEG"), (SEC, "SEC"), (PII, "PII"), (COM, "COM")):
        marked(world, made, phrase, code)
    published = world.coordinator.client.post(f"/api/v1/versions/{made.version_id}/publish")
    assert published.status_code == 200, published.text
    return made


def published_version_with_two_grants(world: World) -> SharedVersion:
    """Publish, and let organisations A (reviewer) and B (limited) read their editions."""
    made = published_version(world)
    review_a, grant_a = review_with_grant(world, made, "ORGA", preset="reviewer")
    review_b, grant_b = review_with_grant(world, made, "ORGB", preset="limited")
    settle(world)
    return SharedVersion(made.report_id, made.version_id, review_a, review_b, grant_a, grant_b)


def review_with_grant(
    world: World, made: ImportedVersion, code: str, *, preset: str, accepted: bool = True
) -> tuple[str, str]:
    """Put in a review of an organisation with a grant in force; gives (review id, grant id)."""
    organisation = world.organisations[code]
    members = [s for s in world.people.values() if s.organisation_id == organisation]
    with Session(world.owner) as session:
        terms = Terms(
            id=new_id("terms"), title="Terms", body="Keep it to yourself.",
            digest=new_id("terms"), created_at=now(),
        )  # fmt: skip
        session.add(terms)
        session.flush()
        review = Review(
            id=new_id("review"), report_id=made.report_id, version_id=made.version_id,
            organisation_id=organisation, terms_id=terms.id, type="confirmation", scope="",
            starts_at=now() - timedelta(days=1), ends_at=now() + timedelta(days=30),
            state="open", opened_by=world.coordinator.id, created_at=now(),
        )  # fmt: skip
        session.add(review)
        session.flush()
        grant = _grant(world, made, members[0], preset, sorted(PRESETS[preset]))
        grant.review_id, grant.lifted = review.id, sorted(PRESETS[preset])
        session.add(grant)
        for member in members if accepted else ():
            session.add(
                Undertaking(
                    id=new_id("undertaking"), review_id=review.id, organisation_id=organisation,
                    person_id=member.id, terms_id=terms.id, digest=terms.digest, accepted_at=now(),
                )
            )  # fmt: skip
        session.commit()
        made_ids = review.id, grant.id
    build_editions(world.worker, version_id=made.version_id)
    return made_ids


def _grant(
    world: World, made: ImportedVersion, someone: Someone, preset: str, codes: object
) -> Grant:
    lifted = list(CODES) if preset == "unredacted" else list(codes)  # type: ignore[call-overload]  # a sequence of codes
    return Grant(
        id=new_id("grant"), report_id=made.report_id, version_id=made.version_id, review_id=None,
        organisation_id=someone.organisation_id, person_ids=None, preset=preset, lifted=lifted,
        handling="view", purpose="Review", working=False, starts_at=now() - timedelta(hours=1),
        ends_at=now() + timedelta(days=30), state="in_force", proposed_by=world.coordinator.id,
        proposed_at=now(),
    )  # fmt: skip
