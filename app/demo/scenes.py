"""The scenes of the demo's loading, one for each thing that has happened when a visitor arrives."""

from collections import Counter
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, select

from app.access.release import release
from app.demo.cast import Cast
from app.demo.marks import DemoRedaction
from app.demo.report import REDACTIONS, TITLE, typeset
from app.demo.tour import FINDING, REQUEST
from app.domain.categories import PRESETS
from app.domain.targets import DocumentRef, PageRef
from app.features.findings.filing import file_finding as file_a_finding
from app.features.findings.filing_schemas import FileFinding
from app.features.redactions import service as redactions
from app.features.redactions.schemas import DecideRedactions, Place, ProposeRedactions
from app.features.reports import service as reports
from app.features.reports.schemas import CreateReport, ImportVersion
from app.features.requests import service as requests
from app.features.requests.commands import Basis, DraftRequest
from app.features.reviews import service as reviews
from app.features.reviews import undertaking
from app.features.reviews.defaults import TERMS_BODY, TERMS_TITLE
from app.features.reviews.schemas import AcceptTerms, GrantInternally, OpenReview, ProposeGrant
from app.features.statements import publication
from app.features.statements.schemas import SetPublication
from app.kernel.actor import Actor
from app.kernel.clock import now
from app.models.findings import Finding
from app.models.redactions import Redaction
from app.models.reports import Version
from app.models.reviews import Grant, Review
from app.transaction import Installation, Transaction, begin

AUTHOR, SECOND_AUTHOR = "ines.okafor", "tomas.lindqvist"
COORDINATOR, RESPONDER, APPROVER = "ruth.abendroth", "dev.ramaswamy", "helen.marchetti"
SECOND_APPROVER = "nadia.ferreira"
"""Had no part in the redactions, so that she may decide a challenge of one."""
SECOND_LEAD = "margaret.oyelaran"

# Of an outside review, and of the publisher's own.
PUBLICATION = (
    SetPublication(publication_right="confidentiality", payment="unpaid"),
    SetPublication(publication_right="approval", payment="publisher"),
)

REVIEWS: tuple[tuple[str, str, str, frozenset[str] | None], ...] = (
    # organisation, type, preset, exactly these categories (None: the preset's own)
    ("NOR", "confirmation", "reviewer", PRESETS["reviewer"] - {"SEC"}),
    ("NIMA", "robustness", "limited", None),
    ("STRESS", "internal", "unredacted", None),
)
OWN_FILE_CHARACTERS = {
    "PII": "A name, chosen by the demo",
    "SEC": "A system, as the demo has it",
    "COM": "A business matter, as the demo has it",
    "TPC": "A third party, as the demo has it",
}
_OWN_FILE_REASON = (
    "The demo chose this to show how a redaction looks; it knows nothing of the text."
)
_PAGES_LOOKED_AT, _OFTEN, _MOST_PLACES = 12, 12, 60


def import_report(installation: Installation, cast: Cast) -> str:
    """Import the demo's report, or the file given instead; gives the version's id."""
    with begin(installation, cast.actors[AUTHOR]) as tx:
        known = tx.session.scalars(select(Version.id)).first()
        if known is not None:
            return known
        path = installation.settings.demo_report
        title = TITLE if path is None else path.stem.replace("-", " ").replace("_", " ")
        report = reports.create_report(tx, CreateReport(title=title[:200]))
        tx.commit()
    with begin(installation, cast.actors[AUTHOR]) as tx:
        version = reports.import_version(
            tx,
            report.id,
            ImportVersion(label="1.0"),
            content=typeset() if path is None else path.read_bytes(),
            file_name="report.pdf" if path is None else path.name,
        )
        tx.commit()
    return version.id


def grant_inside(installation: Installation, cast: Cast, version_id: str) -> None:
    """Let colleagues read by internal grants: everything for those who decide, less for others."""
    if _any(installation, cast, Grant.id, Grant.working.is_(False)):
        return
    those = (SECOND_AUTHOR, COORDINATOR, APPROVER, SECOND_APPROVER)
    cleared = frozenset(cast.actors[subject].id for subject in those)
    waiting = _grant(installation, cast, version_id, "unredacted", cleared, "To decide and answer")
    _grant(
        installation,
        cast,
        version_id,
        "limited",
        frozenset({cast.actors[RESPONDER].id}),
        "To answer requests",
    )
    with begin(installation, cast.actors[APPROVER]) as tx:
        reviews.approve_grant(tx, waiting)
        tx.commit()


def _grant(
    installation: Installation,
    cast: Cast,
    version_id: str,
    preset: str,
    people: frozenset[str],
    purpose: str,
) -> str:
    with begin(installation, cast.actors[AUTHOR]) as tx:
        command = GrantInternally.model_validate(
            {"preset": preset, "purpose": purpose, "person_ids": people, **_window(180)}
        )
        made = reviews.grant_internally(tx, version_id, command)
        tx.commit()
    return made


def _window(days: int) -> dict[str, object]:
    return {"starts_at": now(), "ends_at": now() + timedelta(days=days)}


def mark_redactions(installation: Installation, cast: Cast, version_id: str) -> None:
    """Propose the redactions, by text search and by region; another person approves them."""
    on_pages = and_(Redaction.version_id == version_id, Redaction.evidence.is_(None))
    if _any(installation, cast, Redaction.id, on_pages):
        return
    with begin(installation, cast.actors[AUTHOR]) as tx:
        if installation.settings.demo_report is None:
            commands = [_demo_mark(tx, version_id, mark) for mark in REDACTIONS]
        else:
            commands = _own_file_marks(tx, version_id)
        for command in commands:
            redactions.propose_redactions(tx, version_id, command)
        tx.commit()
    with begin(installation, cast.actors[APPROVER]) as tx:
        groups = redactions.list_groups(tx, version_id)
        redactions.decide_redactions(
            tx,
            version_id,
            DecideRedactions(groups=tuple(g.id for g in groups), approve=True, statement=True),
        )
        tx.commit()


def _demo_mark(tx: Transaction, version_id: str, mark: DemoRedaction) -> ProposeRedactions:
    if mark.region is not None:
        places = [Place(page=mark.region.page, rects=(mark.region.rect,))]
    else:
        places = _places(tx, version_id, str(mark.phrase))
    return ProposeRedactions.model_validate(
        {
            "places": places,
            "categories": mark.categories,
            "character": mark.character,
            "justification": mark.justification,
            "mode": mark.mode,
        }
    )


def _places(tx: Transaction, version_id: str, phrase: str) -> list[Place]:
    found = redactions.find_places(tx, version_id, phrase=phrase)
    return [place for hit in found.hits for place in hit.places]


def _own_file_marks(tx: Transaction, version_id: str) -> list[ProposeRedactions]:
    """Choose four names or words of a file of one's own, and a region: something to look at."""
    document = release(tx, DocumentRef(version_id=version_id))
    pages = min(document.pages, _PAGES_LOOKED_AT)
    words = [
        [w.text for w in release(tx, PageRef(version_id=version_id, page=number)).words]
        for number in range(1, pages + 1)
    ]
    commands = [
        ProposeRedactions.model_validate(
            {
                "places": _places(tx, version_id, phrase)[:_MOST_PLACES],
                "categories": (code,),
                "character": OWN_FILE_CHARACTERS[code],
                "justification": _OWN_FILE_REASON,
            }
        )
        for phrase, code in zip(phrases_to_mark(words), OWN_FILE_CHARACTERS, strict=False)
    ]
    region = Place(page=min(2, document.pages), rects=((72, 72, 288, 144),))
    commands.append(
        ProposeRedactions.model_validate(
            {
                "places": [region],
                "categories": ("PRV",),
                "mode": "tight",
                "character": "A region of the page, chosen by the demo",
                "justification": _OWN_FILE_REASON,
            }
        )
    )
    return commands


def phrases_to_mark(pages: list[list[str]]) -> list[str]:
    """Choose four phrases that occur a few times: names of two words first, then single words."""
    pairs: Counter[str] = Counter()
    singles: Counter[str] = Counter()
    for words in pages:
        plain = [word.strip(".,;:()“”\"'") for word in words]
        named = [word.isalpha() and word.istitle() and len(word) > 2 for word in plain]
        singles.update(word for word, good in zip(plain, named, strict=True) if good)
        pairs.update(
            f"{plain[at]} {plain[at + 1]}"
            for at in range(len(plain) - 1)
            if named[at] and named[at + 1] and plain[at] == words[at]
        )
    seldom = [phrase for phrase, n in pairs.most_common() if 2 <= n <= _OFTEN]
    seldom += [word for word, n in singles.most_common() if n <= _OFTEN and len(word) > 5]
    chosen: list[str] = []
    for phrase in seldom:
        if not any(set(phrase.split()) & set(other.split()) for other in chosen):
            chosen.append(phrase)
    return chosen[: len(OWN_FILE_CHARACTERS)]


def open_reviews(installation: Installation, cast: Cast, version_id: str) -> None:
    """Open a review for each organisation and grant its edition; the approver is second."""
    if _any(installation, cast, Review.id, Review.version_id == version_id):
        return
    for code, kind, preset, lifted in REVIEWS:
        with begin(installation, cast.actors[COORDINATOR]) as tx:
            row = reviews.open_review(
                tx,
                OpenReview.model_validate(
                    {
                        "version_id": version_id,
                        "organisation_id": cast.organisations[code],
                        "type": kind,
                        "scope": "The whole report.",
                        "terms_title": TERMS_TITLE,
                        "terms_body": TERMS_BODY,
                        **_window(45),
                    }
                ),
            )
            publication.set_publication(tx, row.id, PUBLICATION[kind == "internal"])
            grant_id = reviews.propose_grant(
                tx,
                row.id,
                ProposeGrant.model_validate(
                    {
                        "preset": preset,
                        "lifted": lifted,
                        "purpose": "External review before deployment",
                        **_window(45),
                    }
                ),
            )
            waits = tx.session.get_one(Grant, grant_id).state == "requested"
            tx.commit()
        if waits:
            with begin(installation, cast.actors[APPROVER]) as tx:
                reviews.approve_grant(tx, grant_id)
                tx.commit()


def publish(installation: Installation, cast: Cast, version_id: str) -> None:
    """Publish the version: its grants begin to open it."""
    with begin(installation, cast.actors[AUTHOR]) as tx:
        reports.publish_version(tx, version_id)
        tx.commit()


def file_finding(installation: Installation, cast: Cast, version_id: str) -> None:
    """File one finding as a reviewer who has accepted the terms."""
    actor = cast.actors[FINDING.by]
    accept_terms(installation, actor, version_id)
    with begin(installation, actor) as tx:
        if tx.session.scalars(select(Finding.id)).first() is not None:
            return
        page, first, last = _words_of_quote(tx, version_id, FINDING.quote)
        own = installation.settings.demo_report is not None
        file_a_finding(
            tx,
            FileFinding.model_validate(
                {
                    "review_id": review_of(tx, version_id),
                    "page": page,
                    "word_from": first,
                    "word_to": last,
                    "finding_class": "E" if own else FINDING.finding_class,
                    "materiality": FINDING.materiality,
                    "statement": "Please check this passage." if own else FINDING.statement,
                    "correction": "" if own else FINDING.suggestion,
                }
            ),
        )
        tx.commit()


def ask_request(installation: Installation, cast: Cast, version_id: str) -> None:
    """Submit one information request as a reviewer."""
    with begin(installation, cast.actors[REQUEST.by]) as tx:
        review = review_of(tx, version_id)
        drafted = requests.draft_request(
            tx,
            DraftRequest(
                review_id=review,
                type="data",
                question=f"{REQUEST.subject}\n\n{REQUEST.body}",
                purpose=REQUEST.basis,
                expected_form="table",
                basis=Basis(kind="report"),
            ),
        )
        requests.submit_request(tx, drafted.id)
        tx.commit()


def accept_terms(installation: Installation, actor: Actor, version_id: str) -> None:
    """Have somebody who reviews accept the terms, unless they did."""
    with begin(installation, actor) as tx:
        review = review_of(tx, version_id)
        terms = undertaking.read_terms(tx, review)
        if terms.accepted_at is None:
            undertaking.accept_terms(tx, review, AcceptTerms(digest=terms.digest))
            tx.commit()


def review_of(tx: Transaction, version_id: str) -> str:
    """Give the review that an organisation has of a version."""
    return tx.session.scalars(select(Review.id).where(Review.version_id == version_id)).one()


def _words_of_quote(tx: Transaction, version_id: str, quote: str) -> tuple[int, int, int]:
    """Find the page and the first and last word of a quote; else the first words with any."""
    wanted = quote.split()
    pages = release(tx, DocumentRef(version_id=version_id)).pages
    first_with_words = (1, 0, 0)
    for number in range(1, pages + 1):
        words = [w.text for w in release(tx, PageRef(version_id=version_id, page=number)).words]
        if len(words) >= 6 and first_with_words == (1, 0, 0):
            first_with_words = (number, 0, 5)
        for at in range(len(words) - len(wanted) + 1):
            if words[at : at + len(wanted)] == wanted:
                return number, at, at + len(wanted) - 1
    return first_with_words


def _any(installation: Installation, cast: Cast, column: Any, condition: Any) -> bool:
    with begin(installation, cast.actors[COORDINATOR]) as tx:
        return tx.session.scalars(select(column).where(condition)).first() is not None
