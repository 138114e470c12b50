"""The schema is written once, and is what the library would write."""

import json

import pytest
from django.test import RequestFactory
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView

from core.api.schema_view import SchemaView

pytestmark = pytest.mark.django_db
FORMATS = ["", "application/vnd.oai.openapi", "application/vnd.oai.openapi+json", "text/html"]


def answered(view, request):
    answer = view.as_view()(request)
    return answer.render() if hasattr(answer, "render") else answer


@pytest.mark.parametrize("accept", FORMATS)
@pytest.mark.parametrize("query", ["", "?lang=en", "?format=json", "?lang=made-up"])
def test_the_schema_is_what_the_library_writes_without_writing_it_again(accept, query, monkeypatch):
    request = RequestFactory().get(f"/api/schema/{query}", headers={"Accept": accept})
    answer = answered(SchemaView, request)
    # The library takes any text for the name of a language.
    if query != "?lang=made-up":
        expected = answered(SpectacularAPIView, request)
        assert (answer.status_code, answer.content) == (expected.status_code, expected.content)
        assert answer.headers == expected.headers
    monkeypatch.setattr(SchemaGenerator, "get_schema", None)
    assert answered(SchemaView, request).status_code == answer.status_code


def test_the_schema_does_not_describe_itself():
    request = RequestFactory().get("/api/schema/?format=json")
    assert "/api/schema/" not in json.loads(answered(SchemaView, request).content)["paths"]
