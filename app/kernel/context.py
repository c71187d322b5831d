"""What surrounds a request: its id and where it came from. Facts for the audit entry, no more."""

import secrets
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class RequestContext:
    """One request, command or job run."""

    request_id: str = field(default_factory=lambda: secrets.token_hex(8))
    address: str | None = None
    agent: str | None = None
    channel: str = "html"  # html | api | cli | job
