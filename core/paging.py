"""Keyset paging: a page is found by where the last one ended, never by counting rows.

The cost of a page does not depend on how deep it lies. A cursor is signed, so that only those that
were handed out are read: anybody could otherwise make up as many pages as there are numbers, and
have each of them looked up and cached.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Generic, TypeAlias, TypeVar, cast

import orjson
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q, QuerySet
from django.utils.timezone import is_naive
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.inputs import MAX_ID, is_storable

M = TypeVar("M", bound=Model)
Column: TypeAlias = "Field[Any, Any]"
# Bytes of the signature. Forging one takes 2^63 requests, and opens nothing that is not public.
_MARK = 8
# Characters. The longest values of a column in a list's order are texts of 300 characters.
_LONGEST_CURSOR = 4_000


class BadCursor(DomainError):
    code = "bad_cursor"
    title = _("This page address is not valid any more; open the list from its beginning")


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    items: Sequence[M]
    next_cursor: str


def page(
    queryset: QuerySet[M], *, order: Sequence[str], cursor: str = "", size: int, within: str = ""
) -> Page[M]:
    """One page of `queryset` by `order`, whose last name must be unique ("-created_at", "-id").

    The names are columns of the model, none of them null, and all run one way. An empty
    `next_cursor` means the end; a forged or foreign cursor raises `BadCursor`.

    `within` is a column that all the rows share. A first page is ordered by it before all, so that
    PostgreSQL begins where the rows do, in an index that has it first, and not at the beginning of
    the table, in the primary key.
    """
    sign = "-" if order[0].startswith("-") else ""
    rows = queryset.order_by(*([f"{sign}{within}"] if within and not cursor else []), *order)
    if cursor:
        rows = rows.filter(_after(order, _decode(cursor, queryset.model, order)))
    # One row more than the page tells whether there is a next page, without a COUNT.
    items = list(rows[: size + 1])
    more = len(items) > size
    items = items[:size]
    return Page(items, cursor_after(items[-1], order) if more else "")


def _after(order: Sequence[str], values: Sequence[Any]) -> Q:
    """(a, b) after (x, y): a > x, or a = x and b > y; with < for a descending order.

    That alone would be filtered row by row; "a >= x" lets an index begin where the page does.
    """
    first, bound = order[0].removeprefix("-"), "lte" if order[0].startswith("-") else "gte"
    after = Q()
    equal = Q()
    for name, value in zip(order, values, strict=True):
        field = name.removeprefix("-")
        step = "lt" if name.startswith("-") else "gt"
        after |= equal & Q(**{f"{field}__{step}": value})
        equal &= Q(**{field: value})
    return Q(**{f"{first}__{bound}": values[0]}) & after


def cursor_after(row: Model, order: Sequence[str]) -> str:
    """The cursor of the page that begins behind `row`."""
    values = orjson.dumps([row.serializable_value(name.removeprefix("-")) for name in order])
    return _encode(_mark(values, type(row), order, settings.SECRET_KEY) + values)


def _encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _mark(values: bytes, model: type[Model], order: Sequence[str], secret: str) -> bytes:
    """Return the signature of a cursor: it holds for one list of one model."""
    # The values are the last part, so no two cursors are signed as the same bytes.
    signed = f"{model._meta.label} {' '.join(order)} ".encode() + values
    return hashlib.blake2b(signed, digest_size=_MARK, key=_key(secret)).digest()


@lru_cache(maxsize=8)
def _key(secret: str) -> bytes:
    return hashlib.sha256(b"core.paging" + secret.encode()).digest()


def _is_ours(mark: bytes, values: bytes, model: type[Model], order: Sequence[str]) -> bool:
    # After a change of the secret, the cursors on pages that are open still work.
    secrets = [settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS)]
    return any(hmac.compare_digest(mark, _mark(values, model, order, secret)) for secret in secrets)


def _decode(cursor: str, model: type[Model], order: Sequence[str]) -> list[Any]:
    if len(cursor) > _LONGEST_CURSOR:
        raise BadCursor
    try:
        content = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        mark, serialized = content[:_MARK], content[_MARK:]
        # Base64 ignores foreign characters and the last bits: one cursor has one spelling only.
        if _encode(content) != cursor or not _is_ours(mark, serialized, model, order):
            raise BadCursor
        values = orjson.loads(serialized)
        return [
            _read(cast("Column", model._meta.get_field(name.removeprefix("-"))), value)
            for name, value in zip(order, values, strict=True)
        ]
    except (binascii.Error, OverflowError, TypeError, ValueError, ValidationError) as error:
        raise BadCursor from error


def _read(column: Column, value: Any) -> Any:
    """Return the value of a cursor as the column has it.

    The cursor comes from the client: a value that does not fit its column must be an error of the
    client (400), and not a failed query (500).
    """
    # Neither objects, lists, booleans nor null are values of a column in a list's order.
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TypeError("no value of a column")
    if isinstance(value, str) and not is_storable(value):
        raise ValueError("no text of a column")
    read = column.to_python(value)
    if isinstance(read, int) and abs(read) > MAX_ID:
        raise ValueError("no number of a column")
    if isinstance(read, datetime) and is_naive(read):
        raise ValueError("no moment of a column")
    return read
