"""Every URL of the URLconf as a path to fill in, and odd values to send there."""

import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.regex_helper import normalize

_WRITES = ("POST", "PUT", "PATCH", "DELETE")
APPS = ("accounts", "certificates", "comments", "core", "demo", "webhooks")


@dataclass(frozen=True, slots=True)
class Route:
    """`path` has its parameters as `%(name)s`; `module` and `writes` are those of the view."""

    path: str
    parameters: tuple[str, ...]
    module: str
    writes: tuple[str, ...]

    @property
    def is_ours(self) -> bool:
        return self.module.startswith(APPS)

    def filled(self, values: Mapping[str, object]) -> str:
        """Return the path with these values, which must be percent-encoded already."""
        return "/" + self.path % {name: values[name] for name in self.parameters}


def routes() -> list[Route]:
    return list(dict.fromkeys(_walk(get_resolver().url_patterns, "", ())))


def _walk(
    patterns: list[URLPattern | URLResolver], before: str, known: tuple[str, ...]
) -> Iterator[Route]:
    for pattern in patterns:
        for part, parameters in normalize(pattern.pattern.regex.pattern.removeprefix("^")):
            path, names = before + part, (*known, *parameters)
            if isinstance(pattern, URLResolver):
                yield from _walk(pattern.url_patterns, path, names)
            else:
                view = view_of(pattern.callback)
                writes = tuple(method for method in _WRITES if hasattr(view, method.lower()))
                yield Route(path, names, view.__module__, writes)


def view_of(view: Any) -> Any:
    """Return the class of a view, or its function without decorators."""
    view = inspect.unwrap(view)
    return getattr(view, "cls", getattr(view, "view_class", view))


# Texts for queries, forms, and parts of paths.
ODD_TEXTS = (
    "\0",
    "٣",
    "²",
    "9" * 19,
    "9" * 4400,
    "-1",
    "W251bGxd",  # the cursor [null]
    "WzEsbnVsbF0",  # the cursor [1,null]
    "WyJcdTAwMDAiLDFd",  # the cursor ["\0",1]
    "http://[",
    "\ufffe\u202e\x7f\x0b",
    "%00%ff%",
    "../..",
    "",
)
# Percent-encoded already, with bytes that are no UTF-8.
ODD_PARTS = (*(quote(text, safe="") for text in ODD_TEXTS if text), "%ff", "%ed%a0%80", "~%2500")

_READ = re.compile(r"""(?:GET|POST|query_params|data)(?:\.get|\.getlist)?[\[(]["']([\w-]+)["']""")
_DECLARED = re.compile(r"^    (\w+) = (?:forms|serializers)\.\w+", re.MULTILINE)
_OF_OTHERS = """
    email password password1 password2 login code next key process action credential provider
    token sent_at owner application q p o e all page _to_field _popup id__foo id__exact id__in
    id date_joined__year term app_label model_name field_name form-TOTAL_FORMS
    form-INITIAL_FORMS form-0-id language select_across index _selected_action lang after root
    reply comment newest shown
"""


@cache
def names_in(module: str) -> tuple[str, ...]:
    """Names of parameters that a module reads or declares."""
    source = Path(sys.modules[module].__file__ or "").read_text(encoding="utf-8")
    return tuple(sorted({*_READ.findall(source), *_DECLARED.findall(source)}))


@cache
def all_names() -> tuple[str, ...]:
    loaded = [name for name in sys.modules if name.startswith(tuple(f"{app}." for app in APPS))]
    return tuple(sorted({*_OF_OTHERS.split(), *(name for one in loaded for name in names_in(one))}))


def odd_bodies(names: tuple[str, ...]) -> list[bytes]:
    """JSON, or nearly, with these members where it has any."""

    def each(value: str) -> bytes:
        return ("{" + ",".join(f'"{name}":{value}' for name in names) + "}").encode()

    return [
        b"[" * 100_000,
        b'{"a":' * 60 + b"1" + b"}" * 60,
        b"\xff",
        b"[]",
        b"null",
        b'"text"',
        b"{",
        each(r'"\ud800"'),
        each(r'"\u0000"'),
        each("NaN"),
        each("1e999"),
        each("1e30"),
        each("9" * 30),
        each("9" * 4400),
        each("-" + "9" * 30),
        each("null"),
        each("[]"),
        each("[null]"),
        each('[{"a": [1]}]'),
        each('{"a": 1}'),
        each("true"),
        each('"٣"'),
        each('"http://["'),
    ]


ODD_HEADERS: tuple[dict[str, str], ...] = (
    {"Accept-Language": "\xff;q=²," * 300},
    {"Accept-Language": "x" * 600, "Accept": "²/²;q=²"},
    {"If-None-Match": 'W/"\xff, *, "', "If-Modified-Since": "Sat, 99 Foo 99999 99:99:99 GMT"},
    {"Idempotency-Key": "\xff" * 500},
    {"X-Forwarded-For": "[, \xff, ::::, 1.2.3.4:99999999"},
    {"Cookie": 'sessionid="\\000"; csrftoken="\\000"; django_language="\\000"; otklik_popup=\xff'},
    {"Cookie": ";;==;sessionid=" + "9" * 4000},
    {"Authorization": "Widget \xff", "X-Session-Token": "\xff"},
    {"Authorization": "Bearer " + "." * 300, "Origin": "http://["},
    {"Authorization": "Basic ²", "Referer": "http://[", "Origin": "null"},
    {"Content-Type": "text/plain; charset=unicode_escape"},
    {"Content-Type": "application/json; charset=utf-7"},
    {"Content-Type": "multipart/form-data"},
    {"Accept-Encoding": "gzip;q=0, *;q=\xff", "Range": "bytes=\xd9\xa3-²", "HX-Request": "²"},
)

_MULTIPART = (
    "--b\r\n"
    'Content-Disposition: form-data; name="{name}"\r\n'
    "\r\n"
    "1\r\n"
    "--b\r\n"
    'Content-Disposition: form-data; name="file"; filename="{name}"\r\n'
    "Content-Type: {name}\r\n"
    "Content-Transfer-Encoding: {name}\r\n"
    "\r\n"
    "1\r\n"
    "--b--\r\n"
)
MULTIPART = "multipart/form-data; boundary=b"
ODD_FORMS = (
    *(
        _MULTIPART.format(name=name).encode(errors="surrogateescape")
        for name in ("\0", "\udcff", "../../x", "9" * 4400, "a\\", "", "form-٣-id")
    ),
    _MULTIPART.format(name="x").replace('filename="x"', "filename*=foo''%ff").encode(),
    _MULTIPART.format(name="x").replace('filename="x"', "filename*=utf-7''+2AA-").encode(),
    b"--b\r\n" * 3,
    b"",
)
