"""The sandboxed child process: builds its walls, then runs one task of the fixed list.

Started as `python -s -P -m app.rendering.child SOURCE_FD RESULT_FD` with an empty environment and
the task as JSON on standard input. Speaks to its parent in frames only (framing.py).
"""

import json
import mmap
import os
import sys
from typing import Any

from app.rendering import framing, walls


def main() -> int:
    """Run the task that standard input names and stream what it yields; give the exit code."""
    source_fd, result_fd = int(sys.argv[1]), int(sys.argv[2])
    order = json.loads(sys.stdin.buffer.read())
    standing = walls.build(order["limits"])
    _send(result_fd, {"kind": "walls", **standing})
    try:
        _run(order["task"], source_fd, order["arguments"], result_fd)
    except Exception as error:
        from app.rendering.refusals import SourceRefused

        letters: tuple[str, ...] = ()
        if isinstance(error, SourceRefused):
            # The letters are of the text: for its writer, never for a log.
            code, letters, detail = error.code, error.letters, error.message
        else:
            code = "too-demanding" if isinstance(error, MemoryError) else "broken"
            detail = repr(error)[:500]
        _send(result_fd, {"kind": "refused", "code": code, "letters": letters, "detail": detail})
        return 0
    _send(result_fd, {"kind": "end"})
    return 0


def _run(task: str, source_fd: int, arguments: dict[str, Any], result_fd: int) -> None:
    # Imported behind the walls: from here on libraries run that were not written here.
    from app.rendering.tasks import TASKS

    size = os.fstat(source_fd).st_size
    source = bytes(mmap.mmap(source_fd, size, access=mmap.ACCESS_READ)) if size else b""
    for head, body in TASKS[task](source, arguments):
        _send(result_fd, {"kind": "result", **head}, body)


def _send(descriptor: int, head: dict[str, Any], body: Any = b"") -> None:
    for block in (framing.pack(head, body), body):
        rest = memoryview(block)
        while len(rest):
            rest = rest[os.write(descriptor, rest) :]


if __name__ == "__main__":
    # No tidy shutdown: a library that hangs in its own clean-up must not hold the result back.
    os._exit(main())
