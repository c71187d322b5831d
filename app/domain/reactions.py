"""What follows from an event: which jobs are enqueued with it. Pure; ids only."""

from dataclasses import dataclass

from app.domain.events import Event
from app.domain.notices import MENTIONED, rule_for

TELLING = "notices.tell"
SENDING = "notices.send"


@dataclass(frozen=True)
class Reaction:
    """A job by name with its arguments (ids).

    `occurs`: what happened is told apart from its like, and from whoever did it: the job gets an
    id of the occurrence and the id of the one who acted.
    """

    job: str
    arguments: tuple[tuple[str, str], ...]
    occurs: bool = False


_JOBS: dict[str, tuple[str, str]] = {
    # event name: (job, name of its one argument: the id of what changed)
    "VersionImportStarted": ("reports.ingest", "version_id"),
    "VersionImported": ("reports.build_editions", "version_id"),
    "EvidenceAttached": ("reports.read_evidence", "version_id"),
    "EvidenceImported": ("reports.build_editions", "version_id"),
    "EvidenceRemoved": ("reports.build_editions", "version_id"),
    "VersionPublished": ("reports.build_editions", "version_id"),
    "WordsLeftInDoubt": ("reports.read_closely", "version_id"),
    "WordsReadClosely": ("reports.build_editions", "version_id"),
    "WordsConfirmed": ("reports.build_editions", "version_id"),
    "WordsUnconfirmed": ("reports.build_editions", "version_id"),
    "RedactionProposed": ("reports.build_editions", "version_id"),
    "RedactionCarried": ("reports.build_editions", "version_id"),
    "RedactionRefused": ("reports.build_editions", "version_id"),
    "RedactionChanged": ("reports.build_editions", "version_id"),
    "RedactionReworded": ("reports.build_editions", "version_id"),
    "RedactionWithdrawn": ("reports.build_editions", "version_id"),
    "EmbargoEnded": ("reports.build_editions", "version_id"),
    "RedactionRestored": ("reports.build_editions", "version_id"),
    "RedactionLifted": ("reports.build_editions", "version_id"),
    "RedactionNarrowed": ("reports.build_editions", "version_id"),
    "FileAttached": ("reports.build_editions", "version_id"),
    "FileAttachedToFinding": ("reports.build_editions", "version_id"),
    "FileReadyToGive": ("reports.build_editions", "version_id"),
    "CheckersGrantMade": ("reports.build_editions", "version_id"),
    "HoldersGrantMade": ("reports.build_editions", "version_id"),
    "AttachmentChecked": ("reports.build_editions", "version_id"),
    "AttachmentShared": ("reports.build_editions", "version_id"),
    "GrantRevoked": ("reports.build_editions", "version_id"),
    "FindingFiled": ("findings.route", "finding_id"),
}


WANTED = "wanted"
"""Said of a finer picture where a page was read that has none yet."""


def reactions(event: Event) -> tuple[Reaction, ...]:
    """Derive the jobs that an event calls for."""
    return (*_work(event), *_telling(event))


def _telling(event: Event) -> tuple[Reaction, ...]:
    if event.facts.get("mails") and event.name in {"NoticesMade", "DigestsMade"}:
        return (Reaction(SENDING, ()),)
    rule = rule_for(event.name, event.facts)
    if rule is None:
        return ()
    several = event.facts.get(MENTIONED)
    if isinstance(several, list):
        return tuple(_told(event, str(person)) for person in several)
    named = str(event.facts.get(rule.named) or "") if rule.named else ""
    return (_told(event, named),)


def _told(event: Event, named: str) -> Reaction:
    arguments = (
        ("event", event.name),
        ("kind", event.about.kind),
        ("subject", event.about.id),
        ("named", named),
    )
    return Reaction(TELLING, arguments, occurs=True)


def _work(event: Event) -> tuple[Reaction, ...]:
    if event.name in {"GrantApproved", "GrantIssued"}:
        version = str(event.facts["version_id"])
        return tuple(
            Reaction(job, (("version_id", version),))
            for job in (
                "reports.build_editions",
                "reviews.issue_receipts",
                "versions.tell_late",
            )
        )
    if event.name == "MembershipEnded":
        gone = (("membership_id", str(event.facts["membership"])),)
        return (Reaction("requests.let_go", gone), Reaction("findings.let_go", gone))
    if event.name == "EditionReady":
        ready = (("version_id", str(event.facts["version_id"])),)
        return (Reaction("reviews.issue_receipts", ready), Reaction("versions.match", ready))
    if event.name == "ComparisonWanted":
        names = ("earlier_id", "old_edition", "new_edition")
        wanted = tuple((name, str(event.facts[name])) for name in names)
        return (Reaction("versions.compare", (("version_id", event.about.id), *wanted)),)
    if event.name == "PageRead":
        return _finer(event) if event.facts.get("finer") == WANTED else ()
    known = _JOBS.get(event.name)
    if known is None:
        return ()
    job, argument = known
    if argument == "version_id" and event.about.kind != "version":
        return (Reaction(job, ((argument, str(event.facts["version_id"])),)),)
    return (Reaction(job, ((argument, event.about.id),)),)


def _finer(event: Event) -> tuple[Reaction, ...]:
    edition, page = str(event.facts["edition"]), str(event.facts["page"])
    arguments = (("version_id", event.about.id), ("edition", edition), ("page", page))
    return (Reaction("reports.draw_finely", arguments),)
