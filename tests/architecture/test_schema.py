"""Requests generated from the API schema, valid and invalid, never cause a server error.

`SCHEMA_EXAMPLES=200` asks longer (`make fuzz`).
"""

import json
import os

import orjson
import pytest
import schemathesis
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.core import NotSet

EXAMPLES = int(os.environ.get("SCHEMA_EXAMPLES", "6"))


@pytest.fixture
def operations():
    document = SchemaGenerator().get_schema(request=None, public=True)
    schema = schemathesis.openapi.from_dict(orjson.loads(orjson.dumps(document)))
    return [operation.ok() for operation in schema.get_all_operations()]


def sent(case):
    """The body and its type."""
    if isinstance(case.body, NotSet):
        return b"", "application/json"
    if case.media_type == "multipart/form-data" and isinstance(case.body, dict):
        return encode_multipart(BOUNDARY, dict(_parts(case.body))), MULTIPART_CONTENT
    if isinstance(case.body, bytes):
        return case.body, case.media_type
    return json.dumps(case.body).encode(), "application/json"


def _parts(body):
    for name, value in body.items():
        if isinstance(value, bytes):
            yield name, SimpleUploadedFile("file.pdf", value)
        elif value is not None:
            yield name, value


@pytest.mark.django_db
def test_no_request_makes_a_500(clients, discussed, issued, reported, operations):
    there = discussed | issued | reported
    for operation in operations:

        @settings(
            max_examples=EXAMPLES,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(
            case=operation.as_strategy(), who=st.sampled_from(sorted(clients)), real=st.booleans()
        )
        def ask(case, who, real):
            if real:
                known = {name: there[name] for name in case.path_parameters if name in there}
                case.path_parameters.update(known)
            body, kind = sent(case)
            path = case.formatted_path
            answer = clients[who].generic(
                case.method, path, body, content_type=kind, query_params=case.query or {}
            )
            assert answer.status_code < 500, (who, case.method, path, case.query, body)

        ask()
    assert len(operations) > 80
