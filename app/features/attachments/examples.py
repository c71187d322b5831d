"""One example of each command about files for findings, for the description of the JSON API."""

from typing import Any

_FILE = "att_5v6b7n8m9k0j1h2g3f4d"
EXAMPLES: dict[str, dict[str, Any]] = {
    "GiveFile": {
        "attachment_id": _FILE,
        "body": "The rota of those nights; the third column is what you asked about.",
        "nothing_withheld": True,
    },
    "TakeOff": {"attachment_id": _FILE},
    "CloseAttachment": {"attachment_id": _FILE},
}
