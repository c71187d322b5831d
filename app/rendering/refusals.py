"""Why a source file is refused, in words that an outsider may read. Details go to the log."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.kernel.errors import VitrineError

MOST_LETTERS = 8
MESSAGES = {
    "empty": "The file is empty.",
    "not-a-pdf": "This is not a PDF file.",
    "broken": "The PDF is damaged and cannot be opened.",
    "encrypted": "The PDF needs a password to be opened.",
    "too-large": "The file is larger than this installation accepts.",
    "too-many-pages": "The PDF has more pages than this installation accepts.",
    "no-pages": "The PDF has no pages.",
    "too-demanding": "The file needs more memory or time than this installation allows.",
    "crashed": "The file could not be read: opening it made the reader stop.",
    "unavailable": "The file could not be read here just now.",
    "not-text": "The Markdown is not plain text in UTF-8.",
    "no-text": "The Markdown says nothing.",
    "too-nested": "The Markdown has quotes or lists in each other more deeply than can be typeset.",
    "too-wide": "A line or table of the Markdown is wider than the page.",
    "not-typeset": "The Markdown could not be typeset.",
    "no-letters": "The Markdown has characters that the fonts here have no letters for.",
    "broken-image": "The image is damaged and cannot be opened.",
    "too-many-pixels": "The image has more pixels than can be read.",
    "too-few-pixels": "The image is too small to be read, or too narrow.",
    "several-images": "The file holds several pictures.",
    "evidence-too-large": "The file is larger than evidence may be here.",
    "spreadsheet": "This is a spreadsheet or a packed file, not text.",
    "broken-spreadsheet": "This spreadsheet is damaged, locked with a password, or none at all.",
    "too-many-sheets": "The spreadsheet has more sheets than can be taken at once.",
    "no-sheets": "No sheet of the spreadsheet that can be seen holds anything.",
    "not-utf-8": "The file is not text in UTF-8.",
    "no-such-letters": "The file holds characters that no text has.",
    "broken-csv": "The table cannot be read: its quotation marks do not match.",
    "broken-json": "This is not valid JSON.",
    "broken-jsonl": "A line of the file is not valid JSON.",
    "not-a-number": "The file says NaN or Infinity, which programs read differently.",
    "name-given-twice": "An object gives one name twice; programs read that differently.",
    "too-many-notes": "The file holds more than a thousand comments.",
    "broken-xfdf": "This is no XFDF, or it holds what no XFDF needs.",
    "broken-docx": "The Word file is damaged, locked with a password, or none at all.",
    "unpacks-too-large": "The Word file unpacks to more than this installation accepts.",
    "too-much-text": "The file holds more text than can be compared.",
    "too-deep": "What the file holds is nested too deeply.",
}

REMEDIES = {
    "encrypted": "Save a copy without a password and upload that.",
    "broken": "Open it in the program that made it and export it again.",
    "crashed": "Open it in the program that made it and export it again.",
    "too-demanding": "Export it again with smaller images, or split it.",
    "too-many-pages": "Split it into several files.",
    "too-large": "Export it again with smaller images, or split it.",
    "not-a-pdf": "Export the document as PDF and upload that.",
    "not-text": "Save it as UTF-8 and import that.",
    "too-nested": "Flatten them.",
    "too-wide": "Break it up, or make a PDF of it and import that.",
    "not-typeset": "Make a PDF of it and import that.",
    "no-letters": "Replace them, or make a PDF of it and import that.",
    "broken-image": "Open it in the program that made it and save it again.",
    "too-many-pixels": "Save it smaller and import that.",
    "too-few-pixels": "Save it larger and import that.",
    "several-images": "Save the one that counts as PNG or JPEG and import that.",
    "unavailable": "Try again in a minute; if it happens again, tell the administrator.",
    "evidence-too-large": "Split it: at most 8 MB, 100,000 lines and 1,000 fields a line.",
    "spreadsheet": "Choose “Spreadsheet” if that is what it is.",
    "broken-spreadsheet": "Open it in the program that made it, save it as .xlsx and attach that.",
    "too-many-sheets": "Split it into files of at most 40 sheets.",
    "no-sheets": "Unhide what belongs to the evidence, save it, and attach that.",
    "broken-docx": "Open it in the program that made it, save it as .docx and upload that.",
    "unpacks-too-large": "Save it again with smaller images, or as PDF.",
    "too-much-text": "Split it, or leave out what is not the statement itself.",
    "not-utf-8": "Save it as UTF-8 and attach that.",
    "broken-jsonl": "Each line has to be a whole record. Choose JSON if it is one document.",
    "name-given-twice": "Export it again with each name once.",
}


@dataclass
class SourceRefused(VitrineError):
    """A source file cannot be taken; `code` is one of the reasons of `MESSAGES`."""

    status: int = 422
    code: str = "broken"
    letters: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """Give the reason code."""
        return self.code


def refused(reason: str, *, letters: Sequence[str] = ()) -> SourceRefused:
    """Make the refusal for a reason code; an unknown code becomes `broken`.

    `letters` are those that no font has, a few at most, so that their writer finds them.
    """
    code = reason if reason in MESSAGES else "broken"
    named = ", ".join(_named(one) for one in letters[:MOST_LETTERS]) if code == "no-letters" else ""
    return SourceRefused(
        f"{MESSAGES[code].removesuffix('.')}: {named}." if named else MESSAGES[code],
        kept="Nothing was imported and nothing else was changed.",
        remedy=REMEDIES.get(code),
        code=code,
        letters=tuple(letters),
    )


def _named(letters: str) -> str:
    codes = " ".join(f"U+{ord(letter):04X}" for letter in letters[:4])
    return f"{letters[:4]} ({codes})" if letters.isprintable() else codes
