"""One example of each command about findings, for the description of the JSON API."""

from typing import Any

_FINDING, _OTHER = "fnd_2f9d8s7a6g5h4j3k1m0n", "fnd_8x7c6v5b4n3m2k1j0h9g"
_VERSION, _PERSON = "ver_7n4kq2m9x1c8v5b3t6zs", "per_9z8x7c6v5b4n3m2k1j0h"
_ORGANISATION = "org_1q2w3e4r5t6y7n8m9k0j"
_NOTHING_WITHHELD = {"nothing_withheld": True}

EXAMPLES: dict[str, dict[str, Any]] = {
    # the publisher
    "Respond": {
        "disposition": "accepted_in_part",
        "explanation": "The monitor reads a sample; the sentence says so now.",
        "new_text": "The monitor reads one transcript in ten.",
        **_NOTHING_WITHHELD,
    },
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
