"""allauth's description of its headless API, with the labels of our own fields."""

import json
from typing import Any

import yaml
from allauth.headless.spec.internal.schema import get_schema
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@require_safe
def as_json(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        json.dumps(_specification()), content_type="application/vnd.oai.openapi+json"
    )


@require_safe
def as_yaml(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        yaml.safe_dump(_specification()), content_type="application/vnd.oai.openapi"
    )


def _specification() -> Any:
    # Our labels are lazy translations, which neither format can write.
    return json.loads(json.dumps(get_schema(), cls=DjangoJSONEncoder))
