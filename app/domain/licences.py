"""Under which decided act something is done that several acts can bring about."""

from dataclasses import dataclass

from app.domain.actions import Action
from app.domain.targets import Target


@dataclass(frozen=True)
class Licence:
    """An act that was decided *allow* on a target in this transaction."""

    act: Action
    target: Target
    done: str = "imported"  # how a refusal calls what did not happen
