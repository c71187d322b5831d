"""Disclosure checklists, filled from the record, gaps marked; never a claim of conformance."""

from app.domain.statements import PAYMENTS
from app.features.statements.record import Appendix, Check, Checklist

NOTE = (
    "Filled from the record of this review. A gap says that the record does not hold this, not that"
    " it was not done. Nothing here claims that any law or standard was met."
)


def filled(made: Appendix) -> tuple[Checklist, ...]:
    """Fill every checklist from what was recorded."""
    return (
        Checklist(name="How the review was done", note=NOTE, checks=_process(made)),
        Checklist(name="Record of redactions (SB 53)", note=NOTE, checks=_redactions(made)),
    )


def _check(asks: str, where: str) -> Check:
    return Check(asks=asks, standing="record" if where else "gap", where=where or "Not recorded")


def _process(made: Appendix) -> tuple[Check, ...]:
    review, pace = made.review, made.pace
    paid = "" if review.payment == PAYMENTS["unrecorded"] else review.payment
    return (
        _check("Scope of the review", review.scope),
        _check("Version reviewed", f"Version {review.version} of {review.report}"),
        _check("Access given",
               f"{len(made.materials)} shared, see Materials" if made.materials else ""),
        _check("What was asked and not provided",
               f"{pace.asked} asked, {pace.withheld} withheld, {pace.open} open"),
        _check("Terms of access", f"{review.terms_title}, SHA-256 {review.terms_digest}"),
        _check("Independence: who has a say in publication", review.publication_right),
        _check("Payment", paid),
        _check("Time available",
               f"{review.starts_on} to {review.ends_on}" if review.starts_on else ""),
        _check("Comments of the publisher on drafts, and their effect",
               "See Comments on drafts" if made.comments else ""),
        _check("Competing interests of the reviewers", ""),
    )  # fmt: skip


def _redactions(made: Appendix) -> tuple[Check, ...]:
    hidden = [one for one in made.removed if one.withheld]
    read = f"{len(hidden)} withheld in the edition that was read" if made.index_made else ""
    what = "See Redaction index" if hidden and all(one.what for one in hidden) else ""
    why = "See Redaction index" if hidden and all(one.reason for one in hidden) else ""
    if made.index_made and not hidden:
        what = why = "Nothing is withheld from the edition that was read"
    return (
        _check("Redactions in the edition that was read", read),
        _check("Character of each redaction", what),
        _check("Justification of each redaction", why),
        _check("Unredacted original kept for five years", ""),
    )
