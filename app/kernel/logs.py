"""How the processes write their logs: one line an event, no values of local variables ever.

The default of the library prints tracebacks with the locals of each frame: slow, and a way for
content and secrets into a log file.
"""

import os
import sys

import structlog

LOG_LEVEL = "VITRINE_LOG_LEVEL"  # debug, info, warning, error


def configure_logs() -> None:
    """Write plain lines to a terminal and JSON lines anywhere else, tracebacks without values."""
    terminal = sys.stderr.isatty()
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
