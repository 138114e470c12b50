"""Every door refuses what is too long, too much or too large, before work is done on it.

The members of the API's bodies are read from the schema and the forms from the URLconf, so a new
door is tested without a line here. Time is not measured: work would be a statement that writes, or
more statements than it takes to know who asks and for what.
"""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve

from certificates import signing
from certificates.actions import begin_import
from certificates.applications import file_types
from certificates.document_templates import images
from certificates.imports.actions import LARGEST_TABLE
from certificates.models import Import, Programme
from core.errors import InvalidInput
from core.inputs import LONGEST_TEXT, MOST_ITEMS
from core.web.inputs import LARGE, LARGEST_BODY, OF_FILES, largest_body_of
from tests.support.paths import ROOT
from tests.support.roles import every_route
from tests.support.url_walk import names_in, routes, view_of

pytestmark = pytest.mark.django_db

_WRITES = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM) "?(?!django_session)', re.IGNORECASE)
# The session, the account, its roles and sanctions, the object of the address and its site.
_MOST_STATEMENTS = 20
# A text of a fixed shape needs no length.
_SHAPES = {"uuid", "date", "date-time", "binary"}
_DOCUMENT = yaml.safe_load((ROOT / "docs/openapi.yaml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Member:
    """A text or a list in the body of an operation; `path` leads to it."""

    method: str
    address: str
    path: tuple[str, ...]
    most: int | None
    kind: str

    def __str__(self) -> str:
        return f"{self.method} {self.address} {'.'.join(self.path)}"

    def body(self, value: Any) -> Any:
        """Return a body with this member alone."""
        for name in reversed(self.path):
            value = [value] if name == "[]" else {name: value}
        return value


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = _DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _members(schema: dict[str, Any], path: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    schema = _resolved(schema)
    for choice in ("allOf", "oneOf", "anyOf"):
        for part in schema.get(choice, ()):
            yield from _members(part, path)
    match schema.get("type"):
        case "string" if "enum" not in schema and schema.get("format") not in _SHAPES:
            yield path, schema.get("maxLength"), "text"
        case "array":
            yield path, schema.get("maxItems"), "list"
            yield from _members(schema["items"], (*path, "[]"))
        case "object":
            for name, of in schema.get("properties", {}).items():
                if not of.get("readOnly"):
                    yield from _members(of, (*path, name))
            if isinstance(schema.get("additionalProperties"), dict):
                yield from _members(schema["additionalProperties"], (*path, "any"))


def _all_members() -> list[Member]:
    found: dict[tuple[Any, ...], Member] = {}
    for address, operations in _DOCUMENT["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {})
            for path, most, kind in _members(
                content.get("application/json", {}).get("schema", {}), ()
            ):
                known = found.get((method, address, path))
                # An empty text may be an alternative to a bounded one.
                if known is None or (most or 0) > (known.most or 0):
                    found[method, address, path] = Member(method, address, path, most, kind)
    return list(found.values())


MEMBERS = _all_members()


def test_the_schema_bounds_every_text_and_every_list():
    pattern = [member for member in MEMBERS if member.path[-1:] == ("digest",)]
    unbounded = [str(one) for one in MEMBERS if one.most is None and one not in pattern]
    assert unbounded == []
    assert len(MEMBERS) > 50


@pytest.fixture
def there(discussed, issued, reported):
    return {
        "template_id": 1,
        "number": 1,
        "language": "ru",
        "name": "spam",
        "object_id": 1,
        "status": "all",
    } | (discussed | issued | reported)


class Doors:
    """Sends requests as the people of the publication and records what each of them caused."""

    def __init__(self, clients) -> None:
        self.clients = clients
        self.faults: list[str] = []

    def send(self, who, method, path, body, kind="application/json"):
        client = self.clients[who]
        kept = client.cookies.copy()
        undone = transaction.atomic()
        # As in a test case, so that an action may be the outermost transaction.
        undone._from_testcase = True
        with undone:
            with CaptureQueriesContext(connection) as statements:
                if kind == "multipart":
                    answer = client.generic(method, path, *body)
                else:
                    answer = client.generic(method, path, body, content_type=kind)
            transaction.set_rollback(True)
        client.cookies = kept
        sent = [one["sql"] for one in statements if one["sql"]]
        return answer, [sql[:100] for sql in sent if _WRITES.match(sql)], len(sent)

    def refused(self, about, sent, statuses) -> None:
        answer, writes, count = sent
        if answer.status_code not in statuses or writes or count > _MOST_STATEMENTS:
            self.faults.append(f"{about}: {answer.status_code}, {count} statements, {writes}")


@pytest.fixture
def doors(clients):
    return Doors(clients)


def filled(address, there):
    return re.sub(r"\{(\w+)\}", lambda name: str(there.get(name[1], 1)), address)


def _says(answer, member) -> bool:
    """Return whether the errors name the member."""
    named = answer.json().get("errors", {}) if answer.content else {}
    first = member.path[0]
    return any(name.partition(".")[0] == first for name in named)


def test_the_api_refuses_each_member_just_over_its_bound(doors, there):
    unreached = set()
    for member in MEMBERS:
        if member.most is None:
            continue
        value = "a" * (member.most + 1) if member.kind == "text" else [1] * (member.most + 1)
        body = json.dumps(member.body(value))
        for who in ("administrator", "reader"):
            sent = doors.send(who, member.method.upper(), filled(member.address, there), body)
            if sent[0].status_code in {400, 413, 422}:
                break
        doors.refused(member, sent, {400, 403, 404, 409, 422})
        if not _says(sent[0], member):
            unreached.add(f"{member}: {sent[0].status_code} {sent[0].content.decode()[:200]}")
    assert doors.faults == []
    assert unreached == set()


def test_the_api_refuses_grotesque_bodies_at_its_edge(doors, there):
    longest, most = "я" * (LONGEST_TEXT + 1), [0] * (MOST_ITEMS + 1)
    for address in dict.fromkeys((one.method, one.address) for one in MEMBERS):
        for value in (longest, most, {str(n): 1 for n in range(MOST_ITEMS + 1)}, {longest: 1}):
            body = json.dumps({"any": [value]}, ensure_ascii=False).encode()
            sent = doors.send("administrator", address[0].upper(), filled(address[1], there), body)
            doors.refused(address, sent, {413, 403, 404})
    assert doors.faults == []


def _is_found(path) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def test_every_form_refuses_a_grotesque_text_and_a_grotesque_list(doors, there):
    """Also where the module reads no field: the bound is before the view."""
    count = 0
    for route in routes():
        if not route.is_ours or route.path.startswith("api/"):
            continue
        values = {name: there.get(name, "1") for name in route.parameters}
        path = route.filled(values)
        if not _is_found(path):
            # Another kind of number than that of a certificate.
            path = route.filled(values | {"number": 1})
        name = next(iter(names_in(route.module)), "text")
        for body in (f"{name}={'a' * (LONGEST_TEXT + 1)}", f"{name}=&" * (MOST_ITEMS + 1)):
            kind = "application/x-www-form-urlencoded"
            sent = doors.send("administrator", "POST", path, body.encode(), kind)
            # A view that is only read, and a path that is another site's, know no form.
            doors.refused(f"{route.path} {path}", sent, {413, 400})
            count += 1
    assert doors.faults == []
    assert count > 100


def test_an_endless_query_is_refused(doors):
    for path in ("/verify/", "/desk/", "/api/v1/sites/vesti/counts/"):
        doors.refused(
            path, doors.send("administrator", "GET", f"{path}?q={'a' * 70_000}", b""), {413}
        )
    assert doors.faults == []


# The doors that take more than `LARGEST_BODY`; every other one refuses it.
LARGER = {
    LARGE: {
        "comments.web.desk.words.new_list",
        "comments.web.desk.words.word_list",
        "comments.web.desk.words.trial",
        "comments.web.desk.words.start",
        "comments.web.desk.rulebook.draft",
        "comments.api.word_lists.TrialView",
        "comments.api.word_lists.DryRunsView",
        "comments.api.rulebook.DraftView",
        "certificates.admin.editor.editor",
        "certificates.admin.editor.preview",
    },
    OF_FILES: {
        "certificates.admin.editor.image",
        "certificates.api.views.AnswerFileView",
        "certificates.api.views.VerifyView",
        "certificates.web.application_form.edit",
        "certificates.web.application_form.programme",
        "certificates.web.imports.imports",
        "certificates.web.verifying.verify",
    },
}


def test_only_lists_of_words_templates_and_files_have_large_bodies():
    found = {LARGE: set(), OF_FILES: set()}
    for _route, callback in every_route():
        if (largest := largest_body_of(callback)) != LARGEST_BODY:
            view = view_of(callback)
            found[largest].add(f"{view.__module__}.{view.__qualname__}")
    assert found == LARGER


KINDS = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x")


def test_every_door_refuses_a_larger_body_before_it_is_parsed(doors, there, monkeypatch):
    """By its announced length, so that the body need not be built here."""

    def parsed(*_args):
        raise AssertionError("parsed")

    monkeypatch.setattr("django.core.handlers.wsgi.WSGIRequest._load_post_and_files", parsed)
    monkeypatch.setattr("core.inputs.json.loads", parsed)
    count, client = 0, doors.clients["administrator"]
    for route in routes():
        if not route.is_ours and not route.path.startswith("_allauth/"):
            continue
        values = {name: there.get(name, "1") for name in route.parameters}
        path = route.filled(values)
        path = path if _is_found(path) else route.filled(values | {"number": 1})
        if not _is_found(path):
            continue
        largest = largest_body_of(resolve(path).func)
        for method in route.writes or ("POST",):
            for kind in KINDS:
                answer = client.generic(
                    method, path, b"x", content_type=kind, CONTENT_LENGTH=str(largest + 1)
                )
                if answer.status_code != 413:
                    doors.faults.append(f"{method} {path} {kind}: {answer.status_code}")
                count += 1
    assert doors.faults == []
    assert count > 500


# Of each door that takes files, with the field for it: the largest file, and one byte more.
FILES = {
    "/verify/": ("stranger", "file", signing.LARGEST, {413}),
    "/api/v1/verify/": ("stranger", "file", signing.LARGEST, {200, 413}),
    "/registrar/imports/": ("administrator", "table", LARGEST_TABLE, {422}),
    "/api/v1/applications/%(application_id)s/answers/work/file/": (
        "reader",
        "file",
        file_types.LARGEST,
        {422},
    ),
}


@pytest.mark.parametrize("address", FILES)
def test_a_file_beyond_its_bound_is_refused_and_not_stored(clients, there, address, monkeypatch):
    who, name, largest, statuses = FILES[address]
    stored = []
    monkeypatch.setattr(
        "django.core.files.storage.base.Storage.save", lambda *a, **k: stored.append(a)
    )
    client, path = clients[who], address % there
    content = b"%PDF-1.7\n" + bytes(largest)
    file = SimpleUploadedFile("table.csv", content, "text/csv")
    body = encode_multipart(BOUNDARY, {name: file})
    method = "PUT" if "/answers/" in path else "POST"
    answer = client.generic(method, path, body, content_type=MULTIPART_CONTENT)
    assert answer.status_code in statuses, answer.content[:300]
    assert stored == []


def test_a_table_beyond_its_bound_is_not_stored(issued, people):
    """The action refuses it, for every page and API that calls it."""
    with pytest.raises(InvalidInput) as refusal:
        begin_import(
            programme=Programme.objects.get(slug="publication"),
            actor=people["registrar"],
            filename="table.csv",
            content=io.BytesIO(bytes(LARGEST_TABLE + 1)),
            digest="0" * 64,
        )
    assert list(refusal.value.fields) == ["table"]
    assert not Import.objects.exists()


def test_an_image_beyond_its_bound_is_not_opened(monkeypatch):
    monkeypatch.setattr("certificates.document_templates.images.run_child", None)
    with pytest.raises(images.UnusableImage, match="5"):
        images.prepare(io.BytesIO(bytes(images.LARGEST + 1)), is_ink=False)


@pytest.mark.parametrize("path", ["/verify/", "/api/v1/verify/"])
def test_a_file_larger_than_its_bound_is_not_opened(clients, site, path, monkeypatch):
    monkeypatch.setattr("certificates.signing.reports.run_child", None)
    file = SimpleUploadedFile("a.pdf", b"%PDF-1.7" + bytes(10_200_000))
    answer = clients["stranger"].post(path, {"file": file})
    assert "too_large" in answer.content.decode() or answer.status_code == 413
