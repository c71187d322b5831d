"""Reads policy files as texts: each policy with its `@id`, its file and the sentence above it.

Whether the policies make sense is for engine.py; here they are only taken apart.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import cedarpy


class InvalidPolicies(RuntimeError):
    """The policies cannot be used, so the portal does not start; names the file and the reason."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file}: {reason}")
        self.file = file
        self.reason = reason


class PolicyText(NamedTuple):
    """One policy as a person reads it."""

    id: str
    file: str
    text: str
    comment: str


def read_policies(path: Path) -> list[PolicyText]:
    """Take a policy file apart, in its order.

    Raises:
        InvalidPolicies: a policy that cannot be parsed, has no `@id` or no sentence above it,
            or is a template (grants are entities, never generated policy text).
    """
    return [
        _policy(path.name, comment, text)
        for comment, text in _statements(path.read_text(encoding="utf-8"))
    ]


def _policy(file: str, comment: str, text: str) -> PolicyText:
    first_line = text.splitlines()[0]
    try:
        parsed = cedarpy.policies_to_pst(text)
    except ValueError as error:
        raise InvalidPolicies(file, f"cannot be parsed near `{first_line}`: {error}") from error
    if parsed.templates or len(parsed.static_policies) != 1:
        raise InvalidPolicies(file, f"not one plain policy near `{first_line}`")
    (policy,) = parsed.static_policies.values()
    identifier = policy.annotations.get("id")
    if not identifier:
        raise InvalidPolicies(file, f'a policy without @id("…") near `{first_line}`')
    if not comment:
        raise InvalidPolicies(file, f"{identifier} has no sentence above it")
    return PolicyText(identifier, file, text, comment)


def _statements(source: str) -> Iterator[tuple[str, str]]:
    """Yield each statement (up to its semicolon) with the comment lines directly above it."""
    comment: list[str] = []
    text = ""
    for line in source.splitlines():
        bare = line.strip()
        if not text and bare.startswith("//"):
            comment.append(bare.removeprefix("//").strip())
        elif not text and not bare:
            comment = []
        else:
            text += line.rstrip() + "\n"
            if _without_comment(bare).endswith(";"):
                yield " ".join(comment), text.rstrip()
                comment, text = [], ""
    if text:
        yield " ".join(comment), text.rstrip()


def _without_comment(line: str) -> str:
    """Cut a trailing comment off; strings in policies never hold two slashes."""
    return line.split("//", 1)[0].rstrip()
