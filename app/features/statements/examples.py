"""One example of each command about statements, for the description of the JSON API."""

from typing import Any

EXAMPLES: dict[str, dict[str, Any]] = {
    "SetPublication": {"publication_right": "confidentiality", "payment": "unpaid"},
    "StartStatement": {"version_id": "ver_2f9d8s7a6g5h4j3k1m0n"},
    "KeepSection": {
        "text": "The argument holds, with *two* reservations.",
        "points_to": [{"kind": "finding", "id": "fnd_5t4r3e2w1q0p9n8m7k6j"}],
        "revision": 1,
    },
    "ShareStatement": {"days": 7, "nothing_withheld": True},
    "CommentStatement": {
        "kind": "confidentiality",
        "category": "SEC",
        "section": "rigour",
        "quote": "the gate in the second building",
        "comment": "Please leave out where it stands.",
        "nothing_withheld": True,
    },
    "DecideComment": {"decision": "in_part", "reason": "We name the gate, not its place."},
    "DecidePublication": {
        "decision": "refused",
        "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "reason": "It describes how a customer works, whom we promised silence.",
        "nothing_withheld": True,
    },
    "NarrowStatement": {
        "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "nothing_withheld": True,
        "hits_confirmed": True,
    },
    "ReleaseStatement": {
        "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "signature": "-----BEGIN SSH SIGNATURE-----\nU1NIU0lH…\n-----END SSH SIGNATURE-----",
        "open_to": ["authors"],
        "nothing_withheld": True,
    },
    "WithdrawStatement": {"reason": "Version 3 of the report changed what it rests on."},
}
