"""One example of each command about requests, for the description of the JSON API.

In the order in which a script runs the whole process: asking, triage, answering, what comes back.
"""

from typing import Any

_REVIEW, _REQUEST = "rev_7n4kq2m9x1c8v5b3t6zs", "req_2f9d8s7a6g5h4j3k1m0n"
_OTHER, _PART = "req_8x7c6v5b4n3m2k1j0h9g", "asg_5t4r3e2w1q0p9n8m7k6j"
_TEAM, _PERSON = "tea_1q2w3e4r5t6y7n8m9k0j", "per_9z8x7c6v5b4n3m2k1j0h"
_NOTHING_WITHHELD = {"nothing_withheld": True}
_DRAFT = {
    "type": "explanation",
    "question": "Who is paged when the monitor fires at night, and how fast must they answer?",
    "purpose": "For our position on claim 3.2.",
    "substitutes": "The rota without names would do.",
    "expected_form": "short_text",
    "wanted_by": "2027-03-12",
    "basis": {"kind": "passage", "page": 12, "words": [140, 163]},
}

EXAMPLES: dict[str, dict[str, Any]] = {
    # the asker
    "DraftRequest": {**_DRAFT, "review_id": _REVIEW},
    "EditDraft": _DRAFT,
    "ImportRequests": {
        "review_id": _REVIEW,
        "sheet": "Question,Type,Page\nWho may switch the monitor off?,explanation,12\n",
    },
    "KeepRequest": {"people": [_PERSON]},
    "MarkReady": {"ready": True},
    "ReferRequest": {"answered_by": _OTHER},
    "GiveClarification": {"clarification": "We mean the nights of weekends as well."},
    "ReturnAnswer": {"return_reason": "How fast they must answer is missing.", "rounds": [1]},
    "AppealAnswer": {"appeal_reason": "The number alone, without names, would do."},
    # triage
    "RewordRequest": {"reworded": "Who is on call for the monitor at night, and how fast?"},
    "SetClock": {"priority": "high", "due_on": "2027-03-19", "extension": "more_work"},
    "AskClarification": {"clarification_asked": "Do you mean weekends, too?", **_NOTHING_WITHHELD},
    "AssignRequest": {"team_id": _TEAM, **_NOTHING_WITHHELD},
    "SplitRequest": {
        "team_id": _TEAM, "ask": "How fast must they answer?", "due_on": "2027-03-10",
        **_NOTHING_WITHHELD,
    },
    "DropPart": {"part_id": _PART},
    "MergeRequest": {"into": "RQ-NOR-0007"},
    "TriageSeveral": {"act": "assign", "requests": [_REQUEST, _OTHER], "team_id": _TEAM},
    # answering
    "HandOver": {"part_id": _PART, "responder_id": _PERSON},
    "NoteRequest": {"note": "Check with the weights team first."},
    "DraftAnswer": {"answer": "Two people are on call and answer within **15 minutes**."},
    "CheckAnswer": {"part_id": _PART},
    "RecordAnswer": {
        "answer": "Two people are on call.", "source": "meeting", "said_on": "2027-03-04",
        "said_by": _PERSON,
    },
    "PointToReleased": {"answers": [_OTHER], "pages": [12, 13]},
    "SendBackAnswer": {"note": "Say how fast.", "part_id": _PART, **_NOTHING_WITHHELD},
    "ReleaseAnswer": {
        "determination": "part", "category": "PII", "reason": "Names are left out.",
        **_NOTHING_WITHHELD,
    },
    "DecideAppeal": {
        "decision": "upheld", "appeal_words": "The rota would name people.", **_NOTHING_WITHHELD,
    },
}  # fmt: skip
