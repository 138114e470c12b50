from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import translation
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request


class SchemaView(SpectacularAPIView):
    """Serves the schema of the API, generated once for each language and format.

    Generating it takes half a second of processor time.
    """

    @extend_schema(exclude=True)
    def get(self, request: Request, *_args: Any, **_kwargs: Any) -> HttpResponse:
        wanted = request.query_params.get("lang", "")
        language = wanted if wanted in _languages() else translation.get_language()
        renderer = request.accepted_renderer
        charset = f"; charset={renderer.charset}" if renderer.charset else ""
        name = self._get_filename(request, None)  # type: ignore[no-untyped-call]
        return HttpResponse(
            _written(language, renderer.format),
            content_type=f"{renderer.media_type}{charset}",
            headers={"Content-Disposition": f'inline; filename="{name}"'},
        )


def _languages() -> set[str]:
    return {code for code, _name in settings.LANGUAGES}


@cache
def _written(language: str, name: str) -> bytes:
    renderer = next(one for one in SchemaView.renderer_classes if one.format == name)
    generator = SchemaView.generator_class()
    with translation.override(language):
        schema = generator.get_schema(public=True)  # type: ignore[no-untyped-call]
        body = renderer().render(schema, renderer_context={})
    return body if isinstance(body, bytes) else str(body).encode()
