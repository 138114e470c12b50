import os

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep

from config.logging import configure

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("otklik", task_cls="config.outbox_task:OutboxTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()


@setup_logging.connect
def _keep_our_logging(**_: object) -> None:
    """Celery would otherwise replace the root logger's handlers with its own."""
    configure(as_json=not settings.DEMO, level=settings.LOG_LEVEL)
