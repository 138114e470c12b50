import os
from collections.abc import Mapping
from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


class _Request(WSGIRequest):
    def _set_content_type_params(self, meta: Mapping[str, Any]) -> None:
        try:
            super()._set_content_type_params(meta)  # type: ignore[misc] # the stubs lack it
        except (LookupError, ValueError):
            # A broken parameter, or a codec that is no charset. Django would raise this where no
            # middleware can answer it.
            self.content_type, self.content_params, self._encoding = "", {}, None


class _Handler(WSGIHandler):
    request_class = _Request


django.setup(set_prefix=False)
application = _Handler()
