"""Commands in, views out, for what is attached to answers."""

from typing import Annotated

from pydantic import StringConstraints

from app.features.requests.schemas import AttachmentView
from app.kernel.values import Frozen

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class AttachFile(Frozen):
    """Attach a file to an answer in hand; the title is all that anybody learns of its name."""

    title: Line
    part_id: Id | None = None


class AttachVersion(Frozen):
    """Attach a published version that the caller may read."""

    version_id: Id
    part_id: Id | None = None


class TakeOff(Frozen):
    """Take something off an answer in hand."""

    attachment_id: Id


class CloseAttachment(Frozen):
    """Say that a file is what was meant, and that no more is marked in it."""

    attachment_id: Id


class Choice(Frozen):
    """A published version that may be attached."""

    version_id: str
    name: str


class AttachmentsView(Frozen):
    """What goes with the answer to one part, for those who answer it."""

    request_id: str
    name: str  # the alias; the number for those who oversee the answering
    part_id: str
    part: int | None  # where there are several
    begun: bool  # there is a draft to attach to
    editable: bool
    items: tuple[AttachmentView, ...]
    choices: tuple[Choice, ...]
