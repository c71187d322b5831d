"""A font without shapes: two empty glyphs, one width, every character of the BMP.

Written here byte by byte so that neither a glyph set nor widths can carry anything from a source.
"""

import struct
from functools import lru_cache

UNITS, ADVANCE = 1000, 500


@lru_cache(maxsize=1)
def font_file() -> bytes:
    """Give the TrueType file, always the same bytes."""
    tables = {
        b"OS/2": _os2(),
        b"cmap": struct.pack(">HHHHI", 0, 1, 3, 1, 12) + _cmap(),
        b"glyf": struct.pack(">hhhhh", 0, 0, 0, 0, 0) + b"\0\0",
        b"head": _head(),
        b"hhea": struct.pack(">IhhhHhhhhhhhhhhhH", 0x10000, 800, -200, 0, ADVANCE, *[0] * 11, 2),
        b"hmtx": struct.pack(">HhHh", ADVANCE, 0, ADVANCE, 0),
        b"loca": struct.pack(">HHH", 0, 0, 0),
        b"maxp": struct.pack(">IH13H", 0x10000, 2, *[0] * 13),
        b"name": struct.pack(">HHH", 0, 0, 6),
        b"post": struct.pack(">IiHHIIIII", 0x30000, 0, 0, 0, 1, 0, 0, 0, 0),
    }
    count = len(tables)
    directory = struct.pack(">IHHHH", 0x10000, count, 128, 3, count * 16 - 128)
    body, offset = b"", 12 + 16 * count
    for tag, table in sorted(tables.items()):
        padded = table + b"\0" * (-len(table) % 4)
        directory += struct.pack(">4sIII", tag, _checksum(padded), offset, len(table))
        body += padded
        offset += len(padded)
    return directory + body


def _checksum(table: bytes) -> int:
    words: tuple[int, ...] = struct.unpack(f">{len(table) // 4}I", table)
    return sum(words) & 0xFFFFFFFF


def _head() -> bytes:
    start = struct.pack(">IIIIHH", 0x10000, 0x10000, 0, 0x5F0F3CF5, 3, UNITS)
    return start + struct.pack(">qqhhhhHHhhh", 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0)


def _os2() -> bytes:
    numbers = (3, ADVANCE, 400, 5, 0) + (0,) * 10 + (0,)
    return (
        struct.pack(">HhHHH11h", *numbers)
        + bytes(10)
        + struct.pack(">IIII4sHHH", 0, 0, 0, 0, b"none", 0x40, 0x20, 0xFFFF)
        + struct.pack(">hhhHH", 800, -200, 0, 800, 200)
        + struct.pack(">II", 0, 0)
        + struct.pack(">hhHHH", 0, 0, 0, 0x20, 0)
    )


def _cmap() -> bytes:
    return struct.pack(">HHHHHHH", 4, 24, 0, 2, 2, 0, 0) + struct.pack(
        ">HHHHH", 0xFFFF, 0, 0xFFFF, 1, 0
    )


@lru_cache(maxsize=1)
def to_unicode() -> bytes:
    """Give the CMap that says each code of two bytes is the character of that number."""
    ranges = [f"<{high:02X}00> <{high:02X}FF> <{high:02X}00>" for high in range(256)]
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        "<0000> <FFFF>",
        "endcodespacerange",
    ]
    for start in range(0, 256, 64):
        lines += ["64 beginbfrange", *ranges[start : start + 64], "endbfrange"]
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end", ""]
    return "\n".join(lines).encode("ascii")


@lru_cache(maxsize=1)
def glyph_map() -> bytes:
    """Give the map from every code to the one empty glyph."""
    return b"\0\1" * 65536
