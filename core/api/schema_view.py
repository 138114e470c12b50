from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import translation
from drf_spectacular.views import SpectacularAPIView
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class SchemaView(SpectacularAPIView):  # type: ignore[misc] # untyped
    """Serves the schema of the API, generated once for each language and format.

    Generating it takes half a second of processor time.
    """

    def get(self, request: Request, *_args: Any, **_kwargs: Any) -> HttpResponse:
        wanted = request.query_params.get("lang", "")
        language = wanted if wanted in _languages() else translation.get_language()
        renderer = request.accepted_renderer
        charset = f"; charset={renderer.charset}" if renderer.charset else ""
        name = self._get_filename(request, None)
        return HttpResponse(
            _written(language, type(renderer)),
            content_type=f"{renderer.media_type}{charset}",
            headers={"Content-Disposition": f'inline; filename="{name}"'},
        )


def _languages() -> set[str]:
    return {code for code, _name in settings.LANGUAGES}


@cache
def _written(language: str, renderer: type[BaseRenderer]) -> bytes:
    with translation.override(language):
        schema = SchemaView.generator_class().get_schema(public=True)
        body = renderer().render(schema, renderer_context={})
    return body if isinstance(body, bytes) else str(body).encode()
