"""Folding: the page reads of one commit as few as one reading leaves, private acts inside them.

Here: the one pure rule by which their number tells nobody of an act on one's own notes or drafts.
Not here: what such an act is written as (`transaction`).
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from app.audit.entry import Entry
from app.audit.slices import LOOKS_LIKE_READING, PAGE_READ

OTHERS = "others"
"""Where the content facet of an entry keeps the content of those that were folded into it."""


def folded(entries: Sequence[Entry], *, watched: bool) -> list[Entry]:
    """Give the entries of one commit, each private act folded into a page read.

    Args:
        entries: in order; a private act has `act` in its content.
        watched: a reviewer reads. Then of one version one page read stays, and its content holds
            the rest; what was done without reading a page goes into the first of them. Else, since
            `core` says which page it was, only page reads that say the same become one.
    """
    groups = _by_version(entries) if watched else _by_core(entries)
    leads = {group[0].id: _merged(group) for group in groups}
    gone = {entry.id for entry in chain.from_iterable(groups)} - set(leads)
    return [leads.get(entry.id, entry) for entry in entries if entry.id not in gone]


def _by_version(entries: Sequence[Entry]) -> list[list[Entry]]:
    read = {entry.object for entry in entries if _is_page(entry)}
    groups: dict[str | None, list[Entry]] = {}
    without: list[Entry] = []
    for entry in entries:
        if _is_page(entry) or (_is_private(entry) and entry.object in read):
            groups.setdefault(entry.object, []).append(entry)
        elif _is_private(entry):
            without.append(entry)
    found = [sorted(group, key=_is_page) for group in groups.values()]
    if found:
        found[0] += without
    elif without:
        found = [sorted(without, key=lambda entry: entry.action != PAGE_READ)]
    return found


def _by_core(entries: Sequence[Entry]) -> list[list[Entry]]:
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        if _is_page(entry) or _is_private(entry):
            key = repr((entry.action, entry.object, sorted(entry.core.items(), key=str)))
            groups.setdefault(key, []).append(entry)
    return [
        sorted(group, key=_is_page) for group in groups.values() if any(map(_is_private, group))
    ]


def _merged(group: Sequence[Entry]) -> Entry:
    content = dict(group[0].content or {})
    said = [dict(entry.content) for entry in group[1:] if entry.content]
    others = [one for one in said if not one.items() <= content.items()]
    return replace(group[0], content={**content, OTHERS: others}) if others else group[0]


def _is_private(entry: Entry) -> bool:
    return entry.action in LOOKS_LIKE_READING and "act" in (entry.content or {})


def _is_page(entry: Entry) -> bool:
    named = entry.core.get("event") == "PageRead" and entry.action == PAGE_READ
    return named and not _is_private(entry)
