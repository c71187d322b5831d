"""Reads the schema's acts: their names, the groups they belong to, and what they are done to.

The schema is read as Cedar prints it back, so that its own layout does not matter.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import cedarpy
from cedarpy import pst

from app.domain.actions import BY_CEDAR
from app.policy.texts import InvalidPolicies

_DECLARATION = re.compile(
    r'^ {2}action "(?P<name>[^"]+)"(?: in \[(?P<groups>[^\]]*)\])?'
    r"(?: appliesTo \{(?P<applies>[^}]*)\})?;",
    re.MULTILINE,
)
_GROUP = re.compile(r'Action::"(?P<name>[^"]+)"')
_RESOURCE = re.compile(r"resource: \[(?P<kinds>[^\]]*)\]")


@dataclass(frozen=True)
class Act:
    """An act of the schema: what a policy may call it, and the kinds of thing it is done to."""

    names: frozenset[str]
    kinds: frozenset[str]

    def concerned_by(self, policy: pst.Template) -> bool:
        """Say whether a policy can apply to this act at all, by the scope of the policy."""
        scope = policy.action
        if isinstance(scope, pst.ActionEq):
            return scope.entity.id in self.names
        if isinstance(scope, pst.ActionIn):
            return any(entity.id in self.names for entity in scope.entities)
        return True


def read_schema(path: Path) -> cedarpy.Schema:
    """Parse the schema.

    Raises:
        InvalidPolicies: the file cannot be read or parsed.
    """
    try:
        return cedarpy.Schema.from_str(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidPolicies(path.name, f"cannot be read: {error}") from error


def read_acts(schema: cedarpy.Schema, file: str) -> Mapping[str, Act]:
    """List the acts of a schema by name and compare them with app.domain.actions.

    Raises:
        InvalidPolicies: an act is missing, unknown, or done to another kind of thing; or a group
            of acts lies within another group, which nobody needs.
    """
    acts: dict[str, Act] = {}
    for match in _DECLARATION.finditer(str(schema)):
        name, applies = match["name"], match["applies"]
        groups = frozenset(_GROUP.findall(match["groups"] or ""))
        if applies is not None:
            acts[name] = Act(groups | {name}, _kinds(applies))
        elif groups:
            raise InvalidPolicies(file, f"{name} is a group within a group")
    _require_same(acts, file)
    return acts


def _kinds(applies: str) -> frozenset[str]:
    match = _RESOURCE.search(applies)
    return frozenset(kind.strip() for kind in match["kinds"].split(",")) if match else frozenset()


def _require_same(acts: Mapping[str, Act], file: str) -> None:
    for name in sorted(acts.keys() ^ BY_CEDAR.keys()):
        raise InvalidPolicies(
            file, f"{name} {'is an act that no code knows' if name in acts else 'is missing'}"
        )
    for name, act in acts.items():
        target = BY_CEDAR[name].target
        if act.kinds != {"".join(word.capitalize() for word in target.split("_"))}:
            raise InvalidPolicies(file, f"{name} must apply to {target}, not {sorted(act.kinds)}")
