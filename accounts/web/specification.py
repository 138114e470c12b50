"""allauth's description of its headless API, with the labels of our own fields."""

import json
from functools import cache

import yaml
from allauth.headless.spec.internal.schema import get_schema
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.http import require_safe


@require_safe
def as_json(_request: HttpRequest) -> HttpResponse:
    body = _json(translation.get_language())
    return HttpResponse(body, content_type="application/vnd.oai.openapi+json")


@require_safe
def as_yaml(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        _yaml(translation.get_language()), content_type="application/vnd.oai.openapi"
    )


# Writing one takes a tenth of a second of processor time. The result depends on the settings and,
# because the fields have labels, on the language.
@cache
def _json(language: str) -> bytes:
    with translation.override(language):
        # Our labels are lazy translations, which neither format can write.
        return json.dumps(get_schema(), cls=DjangoJSONEncoder).encode()


@cache
def _yaml(language: str) -> bytes:
    return str(yaml.safe_dump(json.loads(_json(language)))).encode()
