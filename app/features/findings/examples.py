"""One example of each command about findings, for the description of the JSON API."""

from typing import Any

_FINDING, _OTHER = "fnd_2f9d8s7a6g5h4j3k1m0n", "fnd_8x7c6v5b4n3m2k1j0h9g"
_VERSION, _PERSON = "ver_7n4kq2m9x1c8v5b3t6zs", "per_9z8x7c6v5b4n3m2k1j0h"
_ORGANISATION = "org_1q2w3e4r5t6y7n8m9k0j"
_NOTHING_WITHHELD = {"nothing_withheld": True}

_REVIEW = "rev_7n4kq2m9x1c8v5b3t6zs"
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
    # filing
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
    # the publisher
    "Respond": {
        "disposition": "accepted_in_part",
        "explanation": "The monitor reads a sample; the sentence says so now.",
        "new_text": "The monitor reads one transcript in ten.",
        **_NOTHING_WITHHELD,
    },
    "ProposeMoot": {"reason": "The passage is gone from version 3.", **_NOTHING_WITHHELD},
    "AskDetail": {"question": "Which row of table 2 do you mean?", **_NOTHING_WITHHELD},
    "DecideRejection": {"uphold": True},
    "LinkFix": {"version_id": _VERSION},
    "Reroute": {"person_id": _PERSON},
    "AcceptSeveral": {
        "findings": [_FINDING, _OTHER],
        "explanation": "You are right; the next version says so.",
        **_NOTHING_WITHHELD,
    },
    "MarkFinal": {"open": [{"finding_id": _FINDING, "reason": "more_work"}]},
    "AskDeletion": {"organisations": [_ORGANISATION]},
    # the organisation that filed it
    "GiveDetail": {"detail": "The third row: the share of nights."},
    "Contest": {"reason": "Table 2 still gives the older figure.", "final": False},
    "SetMoot": {"reason": "The passage is gone from version 3."},
    "RefuseMoot": {"reason": "The same sentence stands on page 14 now."},
    "MergeFinding": {"into": "FC-NOR-0012"},
    "CertifyDeletion": {
        "deletion_id": "del_3c4v5b6n7m8k9j0h1g2f",
        "deleted_on": "2027-03-12",
        "covers": ["copies", "notes", "mails"],
    },
    # both
    "WriteMessage": {
        "body": "See the note under table 2.", "internal": False, "tell": [_PERSON],
        **_NOTHING_WITHHELD,
    },
    "StrikeMessage": {"message_id": "msg_4d5f6g7h8j9k0m1n2p3q"},
}  # fmt: skip
