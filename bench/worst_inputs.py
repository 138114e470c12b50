"""The worst input that each URL accepts: made from the schema of the API and from the URLconf.

A text has as many characters as its bound lets through, a list as many items, and a door that takes
files gets the files that cost most to open. Rows that the URLs name belong to the publication of
the measurement.
"""

import io
import random
import string
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import orjson
import yaml
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import Resolver404, resolve
from PIL import Image

from bench.publication import SYLLABLES
from core.web.inputs import OF_FILES, largest_body_of
from tests.support.paths import ROOT
from tests.support.url_walk import Route, names_in, routes

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
# Of a text whose bound is not in the schema, and of a field of a form.
LONGEST = 10_000
# The session of the one who sends would end, or the account.
ENDING = ("logout", "sessions", "erasure", "_allauth/app/v1/auth/session", "deletion")
NOT_OURS = ("accounts/", "_allauth/")
NAMES_OF_SIGN_IN = ("email", "password", "password1", "login", "code", "display_name", "key")
QUERIES = ("q", "cursor", "number", "since", "words", "url")


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    body: bytes = b""
    kind: str = JSON
    more: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """One method of one URL; `named` is the URL with the names of its parameters."""

    method: str
    named: str
    route: Route

    def __str__(self) -> str:
        return f"{self.method} {self.named}"


def _new_text(length: int) -> str:
    words: list[str] = []
    size = 0
    while size < length:
        words.append(
            random.choice(["", "**", "_", "~~", "["]) + "".join(random.choices(SYLLABLES, k=3))
        )
        size += len(words[-1]) + 1
    return " ".join(words)[:length]


_TEXT = _new_text(500_000)


def text_of(length: int) -> str:
    """Return words with signs of markup, of so many characters together, others each time."""
    start = random.randrange(len(_TEXT) - length)
    return _TEXT[start : start + length]


def targets() -> list[Target]:
    all_targets = []
    for route in routes():
        if not (route.is_ours or route.path.startswith(NOT_OURS)) or route.path.startswith("demo"):
            continue
        named = "/" + route.path % {name: f"{{{name}}}" for name in route.parameters}
        if any(word in named for word in ENDING):
            continue
        is_of_api = named.startswith("/api/")
        methods = ("GET", *route.writes) if is_of_api else ("GET", "POST")
        all_targets += [Target(method, named, route) for method in methods if method != "DELETE"]
    return list({str(target): target for target in all_targets}.values())


class WorstInputs:
    """Makes requests. `values` are those of the URLs' parameters and of members with a meaning."""

    def __init__(self, values: Mapping[str, Any], choices: Mapping[str, Any]) -> None:
        self._values = values
        self._choices = choices
        self._document = yaml.safe_load((ROOT / "docs/openapi.yaml").read_text(encoding="utf-8"))
        self._files = {"pdf": heavy_pdf(990_000), "image": large_image(), "table": large_table()}

    def requests(self, target: Target, count: int) -> list[Request]:
        """Return different ones, of a few megabytes at most."""
        first = self._request(target)
        if first is None:
            return []
        more = min(count, 4_000_000 // (len(first.body) or 1)) - 1
        return [first, *(self._request(target) or first for _ in range(more))]

    def _request(self, target: Target) -> Request | None:
        path = self._path(target.route)
        if path is None:
            return None
        if target.method == "GET":
            # Alternately as a plain page and with all that a query may hold.
            query = {name: text_of(200) for name in QUERIES}
            return Request(
                "GET", path if random.random() < 0.5 else f"{path}?{urlencode(query)}", kind=FORM
            )
        largest = largest_body_of(resolve(path.partition("?")[0]).func)
        schema = self._schema(target)
        if largest == OF_FILES:
            return self._with_files(target, path)
        if schema is not None or path.startswith(("/api/", "/_allauth/")):
            return Request(target.method, path, self._json(schema, largest))
        return Request(target.method, path, self._form(target, largest), FORM)

    def _path(self, route: Route) -> str | None:
        values = {name: self._values.get(name, "1") for name in route.parameters}
        for more in ({}, {"number": 1}):
            path = route.filled(values | more)
            try:
                resolve(path)
            except Resolver404:
                continue
            return path
        return None

    # Bodies

    def _schema(self, target: Target) -> dict[str, Any] | None:
        operation = self._document["paths"].get(target.named, {}).get(target.method.lower(), {})
        content = operation.get("requestBody", {}).get("content", {})
        schema: dict[str, Any] | None = content.get(JSON, {}).get("schema")
        return schema

    def _json(self, schema: dict[str, Any] | None, largest: int) -> bytes:
        if schema is None:
            return orjson.dumps({name: self._of_sign_in(name) for name in NAMES_OF_SIGN_IN})
        for share in (1, 4, 16, 64, 256):
            body = orjson.dumps(self._value(schema, "", share))
            if len(body) <= largest:
                return body
        return orjson.dumps({})

    def _value(self, schema: dict[str, Any], name: str, share: int) -> Any:
        while "$ref" in schema:
            schema = self._document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        if name in self._choices:
            return self._choices[name]
        for choice in ("allOf", "oneOf", "anyOf"):
            if choice in schema:
                return self._value(schema[choice][0], name, share)
        match schema.get("type"):
            case _ if "enum" in schema:
                value: Any = schema["enum"][0]
            case "object":
                members = schema.get("properties", {}).items()
                # Rows that a number may name are left out; there is none of that number.
                value = {
                    one: self._value(of, one, share)
                    for one, of in members
                    if not of.get("readOnly")
                    and (of.get("type") != "integer" or one in schema.get("required", ()))
                }
            case "array":
                count = max(1, min(schema.get("maxItems", 10), 20_000) // share)
                value = [self._value(schema["items"], "", share) for _ in range(count)]
            case kind:
                simple = {"boolean": True, "integer": 1, "number": 1.5}
                value = simple[kind] if kind in simple else self._text(schema, share)
        return value

    def _text(self, schema: dict[str, Any], share: int) -> str:
        shapes = {
            "uuid": str(uuid.uuid4()),
            "date-time": "2026-11-30T12:00:00+03:00",
            "date": "2026-11-30",
            "email": f"{uuid.uuid4().hex}@example.org",
            "uri": "https://example.org/" + "a" * 200,
        }
        longest = max(1, min(schema.get("maxLength", LONGEST), 20_000) // share)
        return shapes.get(schema.get("format", "")) or text_of(longest)

    def _of_sign_in(self, name: str) -> str:
        if name in {"email", "login"}:
            return f"{uuid.uuid4().hex}@example.org"
        return "".join(random.choices(string.ascii_letters, k=200)) if name != "code" else "000000"

    def _fields(self, target: Target) -> Iterator[tuple[str, str]]:
        if target.route.is_ours:
            for name in names_in(target.route.module):
                yield name, str(self._choices.get(name) or text_of(LONGEST))
        else:
            for name in NAMES_OF_SIGN_IN:
                yield name, self._of_sign_in(name)

    def _form(self, target: Target, largest: int) -> bytes:
        fields = dict(self._fields(target))
        while len(body := urlencode(fields).encode()) > largest:
            fields = {name: value[: len(value) // 2] for name, value in fields.items()}
        return body

    def _with_files(self, target: Target, path: str) -> Request:
        """Return a request with files of new bytes, so that no cached check answers it."""
        new = b"%" + uuid.uuid4().bytes.hex().encode()
        role = self._values.get("role", "")
        files = {
            "file": _Upload("a.pdf", "application/pdf", self._files["pdf"] + new),
            "table": _Upload("a.csv", "text/csv", self._files["table"] + new),
            f"{role}-file": _Upload("a.png", "image/png", self._files["image"]),
        }
        fields: dict[str, Any] = dict(self._fields(target)) if "verify" not in path else {}
        fields |= {name: of for name, of in files.items() if name in self._files_of(target, role)}
        fields |= {f"{role}-alt_ru": "Печать", f"{role}-alt_en": "Stamp"}
        more = (
            (("HX-Request", "true"),) if path.startswith(("/programmes/", "/applications/")) else ()
        )
        body = encode_multipart(BOUNDARY, fields)
        return Request(target.method, path, body, MULTIPART_CONTENT, more)

    def _files_of(self, target: Target, role: str) -> set[str]:
        if "table" in names_in(target.route.module):
            return {"table"}
        return {f"{role}-file"} if "role" in target.route.parameters else {"file"}


class _Upload:
    def __init__(self, name: str, kind: str, content: bytes) -> None:
        self.name, self.content_type, self._content = name, kind, content

    def read(self) -> bytes:
        return self._content


def heavy_pdf(size: int) -> bytes:
    """Return a PDF with as many fields for signatures as fit."""
    count = size // 70
    kids = b" ".join(b"%d 0 R" % number for number in range(4, count + 4))
    parts = [
        b"%PDF-1.7\n",
        b"1 0 obj\n<</Type/Catalog/Pages 2 0 R/AcroForm 3 0 R>>\nendobj\n",
        b"2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n",
        b"3 0 obj\n<</SigFlags 3/Fields[%b]>>\nendobj\n" % kids,
        *(b"%d 0 obj\n<</FT/Sig/T(%d)>>\nendobj\n" % (n, n) for n in range(4, count + 4)),
    ]
    offsets, at = [], 0
    for part in parts:
        offsets.append(at)
        at += len(part)
    table = b"0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % one for one in offsets[1:])
    end = b"xref\n0 %d\n%btrailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return b"".join(parts) + end % (count + 4, table, count + 4, at)


def large_image() -> bytes:
    """Return a PNG of nearly the most pixels that a template's image may have."""
    file = io.BytesIO()
    Image.new("RGB", (4_900, 4_800), "white").save(file, "PNG")
    return file.getvalue()


def large_table() -> bytes:
    row = ";".join(["Иванова Мария Петровна"] * 8)
    return "\n".join([";".join("абвгдежз"), *[row] * 4_000]).encode()
