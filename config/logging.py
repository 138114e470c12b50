import logging.config
import re
from typing import Any

import structlog
from django.http import HttpRequest
from django_structlog.signals import bind_extra_request_metadata

from core.networks import client_of

# The finished line says everything that the started line says, and more.
_REDUNDANT = frozenset({"request_started", "task_enqueued", "task_started"})


def _drop_redundant(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    if event.get("event") in _REDUNDANT:
        raise structlog.DropEvent
    return event


# What opens something or names a person: in queries, and in paths of links in e-mails.
_SECRET_VALUES = re.compile(
    r"([?&](?:token|code|state|key|email|next|q|id_token\w*)=)[^&\s]+", re.IGNORECASE
)
_SECRET_PARTS = re.compile(r"(/(?:unsubscribe|complaints/sent|v|verify)/)[^/?\s]+")


def _mask_secrets(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    request = event.get("request")
    if isinstance(request, str):
        event["request"] = _SECRET_PARTS.sub(r"\1…", _SECRET_VALUES.sub(r"\1…", request))
    return event


def _bind_address(request: HttpRequest, **_rest: object) -> None:
    """Log the IP address that the outermost trusted proxy saw, or that of the connection."""
    ip = client_of(request.META) or request.META.get("REMOTE_ADDR")
    structlog.contextvars.bind_contextvars(ip=ip)


def configure(*, as_json: bool, level: str) -> None:
    """One line an event on stderr: JSON in production, plain for people in the demo."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        # Lines that were noted before they are written bring their time.
        structlog.processors.MaybeTimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        # The default formatter draws every local variable: seconds of work, and secrets in the log.
        else structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback
        )
    )
    tail: list[structlog.typing.Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        *([structlog.processors.format_exc_info] if as_json else []),
        renderer,
    ]
    logging.config.dictConfig(_handlers(shared, tail, level))
    bind_extra_request_metadata.connect(_bind_address)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            _drop_redundant,
            _mask_secrets,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _handlers(
    shared: list[structlog.typing.Processor],
    tail: list[structlog.typing.Processor],
    level: str,
) -> dict[str, Any]:
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": tail,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Its lines repeat what the request middleware says, without the request id.
            "django.request": {"level": "CRITICAL"},
            # A traceback for each body or query that is too long would cost more than the refusal.
            "django.security.RequestDataTooBig": {"level": "CRITICAL"},
            "django.server": {"level": "WARNING"},
            "fontTools": {"level": "WARNING"},
            "pyhanko": {"level": "WARNING"},
            "pymorphy3": {"level": "WARNING"},
        },
    }
