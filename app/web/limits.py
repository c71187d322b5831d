"""How often an address may try something, and how much a request may bring.

Here: the counting (library `limits`, in this process's memory unless a shared store is given).
Not here: which endpoints are bounded; they say so themselves.
"""

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.types import Message

from app.kernel.errors import TooLarge, TooMany


class Limits:
    """The counters of one running application."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def hit(self, rate: RateLimitItem, name: str, address: str) -> bool:
        """Count one attempt; False when it is one too many."""
        return self._limiter.hit(rate, name, address)


def limit(request: Request, name: str, *, per_minute: int) -> None:
    """Count an attempt of the caller's address at `name`.

    Raises:
        TooMany: more than `per_minute` within a minute.
    """
    address = request.client.host if request.client else "nobody"
    if not _limits_of(request.app).hit(RateLimitItemPerMinute(per_minute), name, address):
        raise TooMany


def _limits_of(app: Starlette) -> Limits:
    found: Limits | None = getattr(app.state, "limits", None)
    if found is None:
        found = app.state.limits = Limits()
    return found


def bound_body(request: Request, most: int) -> None:
    """Stop reading a request's body beyond `most` bytes, whatever its header says.

    `request.state.too_large` remembers it where a parser makes another error of ours.

    Raises:
        TooLarge: at once when the header admits it, else while the body streams in.
    """
    said = request.headers.get("content-length", "")
    if said.isdigit() and int(said) > most:
        raise TooLarge
    receive, seen = request._receive, 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            request.state.too_large = True
            raise TooLarge
        return message

    # Starlette has no public way to watch a body that somebody else reads.
    request._receive = counted
