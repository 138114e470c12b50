"""The URLs of what everybody may read: a page of comments, and counts."""

import re
from collections.abc import Mapping
from typing import Any

# Matched by hand, because Django resolves a URL only after its middleware.
PAGE = re.compile(r"/api/v1/sites/(?P<site>[-\w]+)/threads/(?P<key>.+)/comments/")
COUNTS = re.compile(r"/api/v1/sites/(?P<site>[-\w]+)/counts/")
READING = frozenset({"GET", "HEAD"})


def is_public(environ: Mapping[str, Any]) -> bool:
    path = environ["PATH_INFO"]
    is_one = PAGE.fullmatch(path) is not None or COUNTS.fullmatch(path) is not None
    return is_one and environ["REQUEST_METHOD"] in READING
