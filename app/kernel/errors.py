"""Errors with a public face. What an outsider may read is `message`, `kept`, `remedy`; no more.

Details for operators go to the log under the request id, never into these texts.
"""

from dataclasses import dataclass, field


@dataclass
class VitrineError(Exception):
    """Something that a person can be told: what happened, what is kept, what to do."""

    message: str
    kept: str | None = None
    remedy: str | None = None
    fields: dict[str, str] = field(default_factory=dict)
    status: int = 400
    code: str = "error"

    def __str__(self) -> str:
        """Give the public message."""
        return self.message


@dataclass
class NotFound(VitrineError):
    """Missing, or not for this person: the two look the same."""

    message: str = "There is nothing here for you at this address."
    status: int = 404
    code: str = "not-found"


@dataclass
class Forbidden(VitrineError):
    """An act refused to somebody who may see the thing it is about."""

    message: str = "Your role does not include this."
    status: int = 403
    code: str = "forbidden"


@dataclass
class SignInNeeded(VitrineError):
    """Nobody is signed in."""

    message: str = "Please sign in to go on."
    status: int = 401
    code: str = "sign-in-needed"


@dataclass
class Conflict(VitrineError):
    """The thing is no longer in the state that the act needs."""

    message: str = "This has changed since you opened it."
    status: int = 409
    code: str = "conflict"


@dataclass
class Invalid(VitrineError):
    """What was typed cannot be taken; `fields` says which field and why."""

    message: str = "Some of what you typed needs another look."
    status: int = 422
    code: str = "invalid"


@dataclass
class TooLarge(VitrineError):
    """More bytes than this installation takes."""

    message: str = "The file is larger than this installation accepts."
    status: int = 413
    code: str = "too-large"


@dataclass
class TooMany(VitrineError):
    """More attempts in a short time than a person makes."""

    message: str = "Too many attempts in a short time."
    remedy: str | None = "Wait a minute and try again."
    status: int = 429
    code: str = "too-many"


@dataclass
class Unavailable(VitrineError):
    """Something behind the portal does not answer; nothing was shown or changed."""

    message: str = "This cannot be done right now."
    remedy: str | None = "Try again in a minute."
    status: int = 503
    code: str = "unavailable"


class AuditUnavailable(Unavailable):
    """The entry could not be written, so nothing is shown (recorded before revealed)."""


class ProgrammingFault(RuntimeError):
    """One of our own rules was broken; answered as a 500 and never shown."""
