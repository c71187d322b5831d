"""Frames between the sandboxed child and its parent: a JSON head and a block of bytes each.

The parent treats every frame as hostile: lengths are bounded before anything is read.
"""

import json
from collections.abc import Callable
from typing import Any

MAX_HEAD = 64 * 1024 * 1024
MAX_BODY = 128 * 1024 * 1024  # one page of 30 Mpx in three channels is 90 MB

Frame = tuple[dict[str, Any], bytes]


class FrameBroken(Exception):
    """The stream ended early or announced more than a frame may hold."""


def pack(head: dict[str, Any], body: bytes = b"") -> bytes:
    """Give the bytes that come before `body`: two lengths and the head."""
    text = json.dumps(head, ensure_ascii=True, separators=(",", ":")).encode("ascii")
    return len(text).to_bytes(4, "big") + len(body).to_bytes(4, "big") + text


def unpack(read: Callable[[int], bytes]) -> Frame | None:
    """Read one frame by `read(exactly)`; None at a clean end of the stream."""
    lengths = read(8)
    if not lengths:
        return None
    if len(lengths) != 8:
        raise FrameBroken
    head_size, body_size = int.from_bytes(lengths[:4], "big"), int.from_bytes(lengths[4:], "big")
    if head_size > MAX_HEAD or body_size > MAX_BODY:
        raise FrameBroken
    text, body = read(head_size), read(body_size) if body_size else b""
    if len(text) != head_size or len(body) != body_size:
        raise FrameBroken
    try:
        head = json.loads(text)
    except ValueError as error:
        raise FrameBroken from error
    if not isinstance(head, dict):
        raise FrameBroken
    return head, body
