"""The marks of answers that the front may keep. Django sets them, the front reads them."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from comments.models import Thread

# Of everything that an answer shows, or that decides who may read it: id, site, key, version, and
# whether only registered readers may. A change of any makes other answers.
State = tuple[int, str, str, int, bool]

_MARK = "otklik.shareable"
# Nothing that a client makes up. Django reads other spellings, too, and answers them itself.
_QUERY = re.compile(r"(sort=(oldest|newest|best)(&cursor=[\w-]+)?|cursor=[\w-]+)?", re.ASCII)
# What encodeURIComponent leaves in the names that the widget writes after "~".
_UNESCAPED = "!*'()"


@dataclass(frozen=True, slots=True)
class Shareable:
    """When Django began to read what the answer is made of, and the thread as it was then.

    An answer of no single thread has no state.
    """

    began: float
    state: State | None = None


def page_is_shareable(environ: dict[str, Any], thread: Thread, began: float) -> None:
    """Let the front keep the answer, if the URL is one of those that pages are asked for by."""
    query, (key, written) = environ.get("QUERY_STRING", ""), (thread.key, _key_of(environ))
    if not _QUERY.fullmatch(query) or written not in {key, f"~{quote(key, safe=_UNESCAPED)}"}:
        return
    state = (thread.pk, thread.site.slug, key, thread.version, thread.registered_only)
    environ[_MARK] = Shareable(began, state)


def _key_of(environ: dict[str, Any]) -> str:
    # Django has decoded it in place.
    return str(environ["PATH_INFO"]).partition("/threads/")[2].removesuffix("/comments/")


def counts_are_shareable(environ: dict[str, Any], began: float) -> None:
    environ[_MARK] = Shareable(began)


def taken_from(environ: dict[str, Any]) -> Shareable | None:
    shareable: Shareable | None = environ.pop(_MARK, None)
    return shareable
