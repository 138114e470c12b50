"""Whatever the schema allows, and much that it does not, finds no fault of ours."""

import json

import orjson
import pytest
import schemathesis
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core import NotSet

from comments.actions import start_dry_run

OURS = r"^/api/v1/(sites|comments|moderation)/"


@pytest.fixture
def operations(say, editor, rulebook, site):
    """The discussion's part of the API, with something there to find."""
    say("Есть что найти")
    start_dry_run(site=site, entries=["кот"], editor=editor)
    document = SchemaGenerator().get_schema(request=None, public=True)
    schema = schemathesis.openapi.from_dict(orjson.loads(orjson.dumps(document)))
    return [found.ok() for found in schema.include(path_regex=OURS).get_all_operations()]


@pytest.mark.django_db
def test_no_request_makes_a_500(operations, editor, browser):
    client = browser(editor)
    for operation in operations:

        @settings(
            max_examples=10,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case):
            body = b"" if isinstance(case.body, NotSet) else json.dumps(case.body).encode()
            client.raise_request_exception = False
            answer = client.generic(
                case.method,
                case.formatted_path,
                body,
                content_type="application/json",
                query_params=case.query or {},
            )
            assert answer.status_code < 500, (case.method, case.formatted_path, body)

        ask()
    assert len(operations) > 20
