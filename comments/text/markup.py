"""Typed text to safe HTML: a few Markdown marks, plain links, nothing else.

markdown-it escapes raw HTML; nh3 then lets through only the tags and attributes named here.
"""

from collections.abc import Mapping
from types import MappingProxyType

import nh3
from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

_TAGS = {"p", "br", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "span"}
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
    attributes={"a": {"href"}, "span": {"data-person"}},
    allowed_classes={"span": {"mention"}},
    # javascript: and data: would run in the reader's session.
    url_schemes={"http", "https", "mailto"},
    link_rel="ugc nofollow noopener",
)


NOBODY: Mapping[str, int] = MappingProxyType({})


def to_html(text: str, mentions: Mapping[str, int] = NOBODY) -> str:
    """Render the text as safe HTML. `mentions` maps each mention, as typed, to the person's id."""
    return _cleaner.clean(_markdown.render(text, {"mentions": mentions})).strip()


def _mention(state: StateInline, silent: bool) -> bool:
    mentions: Mapping[str, int] = state.env["mentions"]
    if state.src[state.pos] != "@" or state.src[max(0, state.pos - 1)].isalnum():
        return False
    fitting = (call for call in mentions if state.src.startswith(call, state.pos))
    call = max(fitting, key=len, default="")
    if not call:
        return False
    if not silent:
        opening = state.push("mention_open", "span", 1)
        opening.attrs = {"class": "mention", "data-person": str(mentions[call])}
        state.push("text", "", 0).content = call
        state.push("mention_close", "span", -1)
    state.pos += len(call)
    return True


_markdown.inline.ruler.before("link", "mention", _mention)
