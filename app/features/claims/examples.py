"""An example of each command about claims, for the description of the JSON API."""

from collections.abc import Mapping
from typing import Any

_ITEM, _PERSON, _PART = (
    "evi_6w2m4k9q0h3t5x7b8n1c",
    "per_3f5v8r1z6s9d2g4j7p0y",
    "clm_k2m4q6t8w0y1b3d5f7h9",
)

EXAMPLES: Mapping[str, dict[str, Any]] = {
    "MarkClaim": {
        "code": "4.2", "page": 11, "words": "212-245", "load_bearing": True, "pathway": 4,
    },
    "ChangeClaim": {"code": "4.2", "load_bearing": True, "pathway": 4},
    "MoveClaim": {"direction": "up"},
    "LinkEvidence": {"item_id": _ITEM, "note": "The second table, by session."},
    "UnlinkEvidence": {"item_id": _ITEM},
    "NamePathway": {"number": 4, "title": "Poisoning the data of later models"},
    "AssignOwner": {"person_id": _PERSON, "claim_id": _PART, "rank": 0},
    "RemoveOwner": {"ownership_id": "own_w8y0b2d4f6h1j3m5p7r9"},
    "ImportClaims": {
        "sheet": "code,quote,pathway\n4.2,No single session can write that much.,4\n",
        "apply": False,
    },
}  # fmt: skip
