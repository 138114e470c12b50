"""allauth's description of its API is written once in each language."""

import json

import pytest
import yaml
from django.utils import translation

from accounts.web import specification
from accounts.web.fields import RegistrationFields

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_description_is_written_once_and_names_our_fields(client, language, monkeypatch):
    headers = {"Accept-Language": language}
    names = [f"/_allauth/openapi.{kind}" for kind in ("json", "yaml")]
    as_json, as_yaml = (client.get(name, headers=headers) for name in names)
    assert json.loads(as_json.content) == yaml.safe_load(as_yaml.content)
    field = json.loads(as_json.content)["components"]["schemas"]["BaseSignup"]["properties"]
    with translation.override(language):
        description = str(RegistrationFields.base_fields["display_name"].help_text)
    assert field["display_name"]["description"] == description
    monkeypatch.setattr(specification, "get_schema", None)
    for name, first in zip(names, (as_json, as_yaml), strict=True):
        assert client.get(name, headers=headers).content == first.content
