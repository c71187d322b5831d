"""How the processes write their logs: one line an event, no values of local variables ever.

The default of the library prints tracebacks with the locals of each frame: slow, and a way for
content and secrets into a log file.
"""

import logging
import os
import sys

import structlog

LOG_LEVEL = "VITRINE_LOG_LEVEL"  # debug, info, warning, error
LOG_FORM = "VITRINE_LOG_FORM"  # json: JSON lines to a terminal too


class _ToStandardError(logging.Handler):
    """Writes to whatever standard error is at the time."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record as one line."""
        sys.stderr.write(self.format(record) + "\n")


def in_json() -> bool:
    """Say whether this process logs in JSON lines."""
    return os.environ.get(LOG_FORM) == "json" or not sys.stderr.isatty()


def configure_logs() -> None:
    """Write plain lines to a terminal and JSON lines anywhere else, tracebacks without values."""
    terminal = not in_json()
    last: list[structlog.types.Processor] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if terminal
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *last,
        ],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(os.environ.get(LOG_LEVEL, "info")),
        cache_logger_on_first_use=False,
    )


def configure_library_logs() -> None:
    """Let what the libraries have to say come out in the same JSON lines; for a whole process."""
    handler = _ToStandardError()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.stdlib.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
