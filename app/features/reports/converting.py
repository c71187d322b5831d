"""Making a PDF of what was imported as Markdown or as a picture, in the worker.

The file as it was deposited stays sealed. The PDF made of it is sealed as a source of its own and
is the version's source from then on: what is read, marked, painted and published is that PDF.
"""

from app.access.decide import require
from app.access.deposit import deposit_source
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.filekinds import FileKind
from app.domain.targets import Target
from app.kernel.actor import system_actor
from app.kernel.clock import now
from app.models.reports import Version
from app.rendering.conversion import convert_source
from app.rendering.sandbox import Limits
from app.transaction import Installation, begin

INGEST = system_actor("ingest")


def as_pdf(installation: Installation, version_id: str, content: bytes, *, limits: Limits) -> bytes:
    """Give a version's source as PDF; made now where the file was another kind and it is not yet.

    Raises:
        SourceRefused: no PDF can be made of it.
    """
    target = Target("version", version_id)
    with begin(installation, INGEST) as tx:
        require(tx, Action.INGEST_VERSION, target)
        version = tx.session.get_one(Version, version_id)
        kind, done = FileKind(version.kind), version.converted_at is not None
    if kind is FileKind.PDF or done:
        return content
    made = convert_source(content, kind=kind, limits=limits)
    with begin(installation, INGEST) as tx:
        require(tx, Action.INGEST_VERSION, target)
        version = tx.session.get_one(Version, version_id)
        version.source_digest = deposit_source(tx, made.pdf)
        version.source_bytes = len(made.pdf)
        version.converted_at = now()
        version.inspection = {"left_out": made.left_out}
        facts: dict[str, Fact] = {
            "kind": kind.value,
            "original": str(version.original_digest),
            "digest": version.source_digest,
            "bytes": version.source_bytes,
        }
        tx.emit(
            Event(name="SourceConverted", licence=Action.INGEST_VERSION, target=target, facts=facts)
        )
        tx.commit()
    return made.pdf
