from typing import Any

from celery import Task

from core import outbox


class OutboxTask(Task):  # type: ignore[type-arg]  # not generic at run time
    """A task that reports to the outbox what became of the events that the relay sent it for."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        receipt = (self.request.headers or {}).get(outbox.RECEIPT)
        # Periodic tasks, and those that other tasks start, belong to no event.
        if receipt is None:
            return self.run(*args, **kwargs)
        if (self.request.delivery_info or {}).get("redelivered"):
            receipt = receipt | {"is_repeated": True}
        return outbox.handle(self.name, receipt, lambda: self.run(*args, **kwargs))
