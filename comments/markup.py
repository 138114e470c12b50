"""Typed text to safe HTML: a few Markdown marks, plain links, nothing else.

markdown-it escapes raw HTML; nh3 then lets through only the tags and attributes named here.
"""

import nh3
from linkify_it import LinkifyIt
from markdown_it import MarkdownIt

_TAGS = {"p", "br", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"}
_MARKS = [
    *("emphasis", "strikethrough", "backticks", "fence", "blockquote", "list"),
    *("link", "linkify", "newline", "escape", "balance_pairs", "fragments_join"),
]

_markdown = MarkdownIt(
    "zero", {"html": False, "linkify": True, "breaks": True, "maxNesting": 12}
).enable(_MARKS)
# "Конец.Начало" is two sentences, not an address in a zone of that name.
_markdown.linkify = LinkifyIt(options={"fuzzy_link": False, "fuzzy_email": False})
_cleaner = nh3.Cleaner(
    tags=_TAGS,
    attributes={"a": {"href"}},
    url_schemes={"http", "https", "mailto"},
    link_rel="ugc nofollow noopener",
)


def to_html(text: str) -> str:
    return _cleaner.clean(_markdown.render(text)).strip()
