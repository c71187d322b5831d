"""What the health page and the policies page show."""

from typing import Literal

from app.kernel.values import Frozen


class Check(Frozen):
    """One thing that was looked at; `remedy` is empty when all is well."""

    name: str
    verdict: Literal["good", "warning", "fault"]
    what: str
    remedy: str = ""


class HealthView(Frozen):
    """The state of the installation."""

    checks: tuple[Check, ...]

    @property
    def faults(self) -> int:
        """Count what is not as it should be."""
        return sum(1 for check in self.checks if check.verdict != "good")


class PolicyView(Frozen):
    """One policy: its id, the sentence above it, and its text."""

    id: str
    comment: str
    text: str


class PolicyFile(Frozen):
    """One file of policies, in its order."""

    name: str
    policies: tuple[PolicyView, ...]


class PoliciesView(Frozen):
    """The policies in force."""

    digest: str
    files: tuple[PolicyFile, ...]


class Readiness(Frozen):
    """Whether the process lives and can work; no more is said to strangers."""

    live: bool
    ready: bool
