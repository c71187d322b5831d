"""Why a source file is refused, in words that an outsider may read. Details go to the log."""

from dataclasses import dataclass

from app.kernel.errors import VitrineError

MESSAGES = {
    "empty": "The file is empty.",
    "not-a-pdf": "This is not a PDF file.",
    "broken": "The PDF is damaged and cannot be opened.",
    "encrypted": "The PDF needs a password to be opened.",
    "too-large": "The file is larger than this installation accepts.",
    "too-many-pages": "The PDF has more pages than this installation accepts.",
    "no-pages": "The PDF has no pages.",
    "too-demanding": "The PDF needs more memory or time than this installation allows.",
    "crashed": "The PDF could not be read: opening it made the reader stop.",
    "unavailable": "The file could not be read here just now.",
}

REMEDIES = {
    "encrypted": "Save a copy without a password and upload that.",
    "broken": "Open it in the program that made it and export it again.",
    "crashed": "Open it in the program that made it and export it again.",
    "too-demanding": "Export it again with smaller images, or split it.",
    "too-many-pages": "Split it into several files.",
    "too-large": "Export it again with smaller images, or split it.",
    "not-a-pdf": "Export the document as PDF and upload that.",
    "unavailable": "Try again in a minute; if it happens again, tell the administrator.",
}


@dataclass
class SourceRefused(VitrineError):
    """A source file cannot be taken; `code` is one of the reasons of `MESSAGES`."""

    status: int = 422
    code: str = "broken"

    @property
    def reason(self) -> str:
        """Give the reason code."""
        return self.code


def refused(reason: str) -> SourceRefused:
    """Make the refusal for a reason code; an unknown code becomes `broken`."""
    code = reason if reason in MESSAGES else "broken"
    return SourceRefused(
        MESSAGES[code],
        kept="Nothing was imported and nothing else was changed.",
        remedy=REMEDIES.get(code),
        code=code,
    )
