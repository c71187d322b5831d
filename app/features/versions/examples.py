"""One example of each command about versions, for the description of the JSON API."""

from collections.abc import Mapping
from typing import Any

_EARLIER, _CLAIM = "ver_7n4kq2m9x1c8v5b3t6zs", "clm_2f9d8s7a6g5h4j3k1m0n"

EXAMPLES: Mapping[str, dict[str, Any]] = {
    "CarryIdenticalClaims": {"earlier": _EARLIER, "claims": [_CLAIM]},
    "CarryClaim": {"claim": _CLAIM, "page": 12, "rects": [[72.0, 140.5, 430.2, 152.0]]},
    "ClaimGone": {"claim": _CLAIM},
    "UndoCarry": {"claim": _CLAIM},
    "SettleParts": {"earlier": _EARLIER, "parts": ["title:pth_8k3m5n7q9r2s4t6v8w0x"]},
    "DecideMaterial": {
        "earlier": _EARLIER,
        "material": True,
        "reason": "The estimate that the conclusion rests on was halved.",
    },
}
