"""Celery's beat, made to survive a clock that is set back."""

from datetime import timedelta
from typing import Any

import redis
import structlog
from celery.beat import PersistentScheduler
from kombu.exceptions import OperationalError

# The clocks of a machine are adjusted all the time by less.
_NOTICEABLE = timedelta(seconds=2)

log = structlog.get_logger(__name__)


class Scheduler(PersistentScheduler):
    """Starts periodic tasks at their intervals also after the clock was set back.

    Celery plans each task by the wall clock: set back by an hour, it would start none for an hour.
    A task that was last started in the future betrays that, also when beat starts.
    """

    _has_news = False

    def tick(self, *args: Any, **kwargs: Any) -> float:
        ahead = [entry for entry in self.schedule.values() if _seconds_ahead(entry) > 0]
        if ahead:
            log.warning("clock_was_set_back", seconds=max(map(_seconds_ahead, ahead)))
            for entry in ahead:
                entry.last_run_at = entry.default_now()
            self._heap = None  # so that it is planned again
            self._has_news = True
        if self._has_news:
            self._make_waiting_due()
        seconds: float = super().tick(*args, **kwargs)
        return seconds

    def _make_waiting_due(self) -> None:
        """Make due, too, the work in the database that waits for a moment."""
        try:
            self.app.send_task("core.tasks.make_waiting_due", retry=False)
        except (OperationalError, redis.RedisError) as error:
            log.warning("beat_waits", error=str(error))  # the next tick tries again
        else:
            self._has_news = False


def _seconds_ahead(entry: Any) -> float:
    ahead = entry.last_run_at - entry.default_now()
    return float(ahead.total_seconds()) if ahead > _NOTICEABLE else 0
