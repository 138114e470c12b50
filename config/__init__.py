import gc

# Nothing of what modules make as they load is garbage, and looking for some takes a quarter of the
# time of a start. `core.apps` ends this when all models are loaded.
gc.disable()

from config.celery import app as celery_app  # noqa: E402

__all__ = ["celery_app"]
