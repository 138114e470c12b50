"""Requests generated from the API's schema, valid and invalid, as five people.

No answer is a server error, and each keeps the contract: its status, its media type, its headers
and its body are what the schema says. `make fuzz` asks 100,000 times.

Not checked here, because the schema says less than the actions know: that each invalid request is
refused (unknown members are ignored, texts that name a number are read as one), and that each valid
one is accepted (a rule, a state or a sanction refuses it). `test_doors.py` proves who is let in.
"""

import logging
from random import Random
from urllib.parse import urlsplit

import orjson
import pytest
import schemathesis
from django.core.cache import cache
from django.db import transaction
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.config import SanitizationConfig, SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.core.transport import Response
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks
from schemathesis.transport.prepare import prepare_request

from certificates.form.answers import digest
from certificates.models import Application
from comments.actions import BulkTarget, Decision, make_bulk_decision
from comments.models import BulkDecision, Comment
from comments.states import DecisionKind
from tests.support.fuzz_tally import IS_LONG, tally_of
from tests.support.roles import ROLES
from webhooks.actions import send_test
from webhooks.models import Endpoint

pytestmark = pytest.mark.django_db
CASES = 100_000 if IS_LONG else 0
# Cases of one operation, as one person, before the next has its turn.
CHUNK = 24 if IS_LONG else 2
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
_NOT_CLEANED = SanitizationConfig(enabled=False)
_BASE = "http://testserver"
# Headers that Django's client writes, or that would have the answer packed.
_OF_THE_CLIENT = {"content-type", "content-length", "host", "cookie", "accept-encoding"}


@pytest.fixture
def known(discussed, issued, reported, people, site):
    """Values by which a request finds something or is accepted, by the names of the schema."""
    editor = people["administrator"]
    bulk_decision = make_bulk_decision(
        site=site,
        decision=Decision(DecisionKind.REMOVE, rule_code="spam"),
        editor=editor,
        target=BulkTarget(ids=[discussed["comment_id"]]),
    )
    BulkDecision.objects.update(status="done")
    delivery = send_test(endpoint=Endpoint.objects.get(), actor=editor)
    application = Application.objects.get(pk=issued["application_id"])
    comment = Comment.objects.get(pk=discussed["comment_id"])
    return {
        name: [value]
        for name, value in {
            **discussed,
            **issued,
            **reported,
            "bulk_decision_id": bulk_decision.pk,
            "delivery_id": delivery.pk,
            "question": "surname",
            "form": "png",
            "rule": "insults",
            "digest": digest(application.answers),
            "thread": "article-1",
            "programme": "participation",
            "expected_status": application.status,
            "state": comment.state,
            "reply": comment.pk,
            "parent": comment.pk,
            "after": comment.pk,
            "topics": ["comment.published"],
            "url": "https://example.org/hook/",
            "email": "who@example.org",
            "title": "Дроби без слёз",
        }.items()
    }


@pytest.fixture
def operations():
    document = SchemaGenerator().get_schema(request=None, public=True)
    # The sessions are real ones; generated ones would make strangers of everybody.
    config = SchemathesisConfig.from_dict({"generation": {"with-security-parameters": False}})
    schema = schemathesis.openapi.from_dict(orjson.loads(orjson.dumps(document)), config=config)
    load_all_checks()
    return [operation.ok() for operation in schema.get_all_operations()]


def strategy_of(operation):
    """Return valid and invalid cases; an operation without parameters has no invalid ones."""
    valid = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    if operation.body or any(operation.iter_parameters()):
        return st.one_of(valid, operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    return valid


class Asking:
    """Sends the cases as each person, undoes what they change, and checks the answers."""

    def __init__(self, clients, known):
        self.clients, self.known, self.tally = clients, known, tally_of("schema")
        # By what is broken: the first request that broke it.
        self.broken = {}

    def ask(self, who, case, random):
        self.use_known(case, random)
        try:
            request = prepare_request(case, {}, config=_NOT_CLEANED, base_url=_BASE)
        # What cannot be sent over HTTP at all, such as a header with a line break.
        except (UnicodeError, ValueError):
            return
        count = self.tally.of(who)
        count.cases += 1
        response = self.answer(who, request)
        try:
            case.validate_response(response, checks=CHECKS)
        except FailureGroup as failures:
            kind = "errors" if response.status_code >= 500 else "violations"
            sent = request.body if isinstance(request.body, bytes) else str(request.body).encode()
            for failure in failures.exceptions:
                summary = f"{case.operation.label}: {' '.join(failure.message.split())}"
                self.broken.setdefault(summary[:600], f"{who}: {request.url} {sent[:300]}")
            detail = f"{request.method} {request.url} {dict(request.headers)}\n"
            detail += f"→ {response.status_code} {response.content[:2000]}\n{failures}"
            self.tally.fail(who, kind, detail, sent)

    def use_known(self, case, random):
        """Put values of real things into some cases: by invented ones hardly anything is found."""
        if random.random() < 0.2:
            return
        body = case.body if isinstance(case.body, dict) else {}
        for values, share in ((case.path_parameters, 0.95), (case.query, 0.3), (body, 0.3)):
            for name in values or ():
                if name in self.known and random.random() < share:
                    values[name] = random.choice(self.known[name])

    def answer(self, who, request):
        client, url = self.clients[who], urlsplit(request.url)
        headers = {
            name: value
            for name, value in request.headers.items()
            if name.lower() not in _OF_THE_CLIENT
        }
        body = request.body or b""
        kept = client.cookies
        client.cookies = kept.copy()
        # As in a test case, so that an action may be the outermost transaction.
        undone = transaction.atomic()
        undone._from_testcase = True
        with undone:
            answer = client.generic(
                request.method,
                f"{_BASE}{url.path}",
                body if isinstance(body, bytes) else body.encode(),
                content_type=request.headers.get("Content-Type", ""),
                headers=headers,
                QUERY_STRING=url.query,
            )
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            transaction.set_rollback(True)
        client.cookies = kept
        # The limits of rates would hide what is behind them, and the cache holds what was undone.
        cache.clear()
        return Response(
            status_code=answer.status_code,
            headers={name: [value] for name, value in answer.headers.items()},
            content=content,
            request=request,
            elapsed=0,
            verify=False,
            message=answer.reason_phrase,
            encoding=answer.charset,
        )


@pytest.fixture
def asking(clients, known):
    logging.disable()
    yield Asking(clients, known)
    logging.disable(logging.NOTSET)


def ask_some(asking, operation, strategy, who, turn):
    """Ask as one person about one operation, each turn other cases."""
    random = Random(f"{operation.label}/{who}/{turn}")

    @seed(random.getrandbits(64))
    @settings(
        max_examples=CHUNK,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def ask(case):
        asking.ask(who, case, random)

    try:
        ask()
    except Unsatisfiable:
        # Hypothesis found no case of this turn that can be sent.
        return


def test_no_answer_breaks_the_contract(asking, operations):
    assert len(operations) > 80
    tally = asking.tally
    strategies = [(operation, strategy_of(operation)) for operation in operations]
    for name in ROLES:
        tally.of(name)
    asked = 0
    while not tally.is_over_time:
        # Each in turn, and each from the operation on at which an earlier run was ended.
        who = min(ROLES, key=lambda name: tally.of(name).next)
        turn, at = divmod(tally.of(who).next, len(strategies))
        if turn and sum(count.cases for count in tally.counts.values()) >= CASES:
            break
        ask_some(asking, *strategies[at], who, turn)
        tally.of(who).next += 1
        asked += 1
        if asked % 50 == 0:
            tally.save()
    tally.save()
    broken = [f"{what}\n    {example}" for what, example in sorted(asking.broken.items())]
    assert broken == [], f"{len(tally.failures)} failures:\n" + "\n".join(broken)
