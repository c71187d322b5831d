"""One example of each command about filing findings, for the description of the JSON API."""

from typing import Any

_REVIEW, _PERSON = "rev_7n4kq2m9x1c8v5b3t6zs", "per_9z8x7c6v5b4n3m2k1j0h"
_DRAFT, _FILE = "fdr_3h2j1k0l9m8n7b6v5c4x", "fil_6q5w4e3r2t1y0u9i8o7p"
_PLACE: dict[str, Any] = {"page": 12, "word_from": 140, "word_to": 163}
_SAID: dict[str, Any] = {
    "finding_class": "D",
    "materiality": "claim",
    "statement": "The run that is cited read one transcript in ten.",
    "correction": "reads one transcript in ten",
    "references": [
        {"title": "Record of run 14", "where": "Annex 2, table 3", "quoted": "312 of 3,120 read"}
    ],
    "as_of": "2027-03-01",
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "FileFinding": {"review_id": _REVIEW, **_PLACE, **_SAID},
    "DraftFinding": {"review_id": _REVIEW, "claim": "3.2", **_SAID},
    "ChangeDraft": {**_SAID, "revision": 3},
    "PlaceDraft": {"page": 12, "quote": "reads every transcript before a release"},
    "OpenDraft": {"people": [_PERSON]},
    "MarkDraftReady": {"ready": True},
    "FileDrafts": {"drafts": [_DRAFT]},
    "TakeFileOff": {"file_id": _FILE},
    "ImportFindings": {
        "review_id": _REVIEW,
        "source": "csv",
        "candidates": [
            {
                "number": 2,
                "page": 12,
                "quoted": "reads every transcript",
                "finding_class": "E",
                "statement": "It reads a sample.",
            }
        ],
        "chosen": ["2|exact|12|140|142"],
    },
}
