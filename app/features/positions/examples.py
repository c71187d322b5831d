"""One example of each command about positions, advice and assurances, for the description."""

from typing import Any

_VERSION, _CLAIM = "ver_2f9d8s7a6g5h4j3k1m0n", "clm_8x7c6v5b4n3m2k1j0h9g"
_REQUEST, _PERSON = "req_2f9d8s7a6g5h4j3k1m0n", "per_9z8x7c6v5b4n3m2k1j0h"
_ADVICE = "rec_5t4r3e2w1q0p9n8m7k6j"
_STANCE = {
    "stance": "reservations",
    "confidence": "medium",
    "rests_on": [{"status": "attested", "kind": "request", "id": _REQUEST}],
    "reasons": "The sample behind it is small.",
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "KeepPositions": {
        "version_id": _VERSION,
        "positions": [{"claim": _CLAIM, "basis": "alone", "stance": "agree", "confidence": "high"}],
    },
    "KeepPosition": {"version_id": _VERSION, "shared": _STANCE},
    "ReleasePositions": {"version_id": _VERSION},
    "DraftRecommendation": {
        "text": "Test the monitor against the models it watches.",
        "urgency": "next_version",
        "claims": [_CLAIM],
    },
    "RespondToRecommendation": {
        "response": "accepted", "text": "We will.", "planned_by": "2027-06-30",
        "nothing_withheld": True,
    },
    "SayAdoption": {"standing": "under_way"},
    "CarryRecommendations": {"recommendations": [_ADVICE]},
    "RequestAssurance": {"template": "same-or-higher", "request_id": _REQUEST},
    "DraftAssurance": {
        "outcome": "affirmed",
        "text": "No other model of the same capability is deployed internally, as of {date}.",
        "scope": "All models trained by the publisher.",
        "as_of": "2027-03-01",
        "signatory_id": _PERSON,
    },
    "SignAssurance": {"signature": "q2Rr8V0b…"},
    "ReleaseAssurance": {"nothing_withheld": True},
    "WithdrawAssurance": {"reason": "no_longer_true"},
    "ChangeWording": {
        "wording": "no-incident", "name": "No undisclosed incident",
        "text": "No incident is left out of the report, as of {date}.",
    },
    "RegisterKey": {
        "label": "My laptop",
        "public_key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAOhB7/zzhC+HXDdGOdLwJln5NYw…",
    },
}  # fmt: skip
