"""Typed text to safe HTML: a few Markdown marks, plain links, nothing else.

markdown-it escapes raw HTML; nh3 then lets through only the tags and attributes named here. What
people see is read from the same tokens, so that screening judges what readers read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from comments.text import _rules
from comments.text.link_targets import LinkTarget

_TAGS = {"p", "br", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "span"}
_MARKS = [
    *("emphasis", "strikethrough", "backticks", "fence", "blockquote", "list"),
    *("link", "linkify", "newline", "escape", "balance_pairs", "fragments_join"),
]
# Longer than any name with the spaces and accents that people type in it.
_LONGEST_CALL = 120


@dataclass(frozen=True, slots=True)
class Mention:
    """`length` is how much of the text after the `@` is the name."""

    length: int
    person_id: int


NOBODY: Mapping[str, Mention] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ParsedText:
    """`calls` are the beginnings of names: the text after each `@` outside code, links and
    quotations. `targets` are the addresses of all links, also of those that stay as typed."""

    tokens: Sequence[Token]
    calls: Sequence[str] = field(default_factory=list)
    targets: Sequence[LinkTarget] = field(default_factory=list)


# Screening and rendering parse the same text.
@lru_cache(maxsize=32)
def parse(text: str) -> ParsedText:
    return _parsed(text, NOBODY)


def to_html(text: str, mentions: Mapping[str, Mention] = NOBODY) -> str:
    """Render the text as safe HTML. `mentions` maps calls to the people whom they name."""
    tokens = (_parsed(text, mentions) if mentions else parse(text)).tokens
    return _cleaner.clean(_markdown.renderer.render(tokens, _markdown.options, {})).strip()


def _parsed(text: str, mentions: Mapping[str, Mention]) -> ParsedText:
    calls: list[str] = []
    targets: list[LinkTarget] = []
    env: dict[str, Any] = {"mentions": mentions, "calls": calls, "targets": targets}
    return ParsedText(_markdown.parse(text, env), calls, targets)


def _mention(state: StateInline, silent: bool) -> bool:
    start, src = state.pos, state.src
    if src[start] != "@" or state.linkLevel > 0 or state.env["quoted"]:
        return False
    before, call = src[:start][-1:], src[start + 1 : state.posMax][:_LONGEST_CALL]
    # Not within a word, as in an e-mail address, nor in the address of a page.
    if before.isalnum() or before in set("_@/."):
        return False
    if not silent:
        state.env["calls"].append(call)
    mention: Mention | None = state.env["mentions"].get(call)
    if mention is None:
        return False
    if not silent:
        opening = state.push("mention_open", "span", 1)
        opening.attrs = {"class": "mention", "data-person": str(mention.person_id)}
        state.push("text", "", 0).content = f"@{call[: mention.length]}"
        state.push("mention_close", "span", -1)
    state.pos += 1 + mention.length
    return True


def _made() -> MarkdownIt:
    # The parser itself would swallow what is nested more deeply; the rules stop far before that.
    options = {"html": False, "linkify": True, "breaks": True, "maxNesting": 20}
    markdown = MarkdownIt("zero", options).enable(_MARKS).disable("linkify")
    block, core, inline = markdown.block.ruler, markdown.core.ruler, markdown.inline.ruler
    interrupts = ["paragraph", "reference", "blockquote", "list"]
    block.at("fence", _rules.code_fence, {"alt": interrupts})
    block.at("blockquote", _rules.quotation, {"alt": interrupts})
    block.at("list", _rules.items, {"alt": interrupts[:3]})
    block.before("list", "not_an_item", _rules.not_an_item, {"alt": interrupts[2:]})
    core.at("inline", _rules.inline)
    core.after("block", "keep_info", _rules.keep_info)
    core.after("block", "keep_numbers", _rules.keep_numbers)
    inline.at("escape", _rules.escape)
    inline.at("emphasis", _rules.emphasis)
    inline.at("link", _rules.link)
    inline.before("strikethrough", "between_digits", _rules.between_digits)
    inline.before("link", "mention", _mention)
    inline.before("newline", "bare_address", _rules.bare_address)
    markdown.inline.ruler2.before("strikethrough", "with_text", _rules.keep_signs_without_text)
    return markdown


_markdown = _made()
_cleaner = nh3.Cleaner(
    tags=_TAGS,
    attributes={"a": {"href"}, "ol": {"start"}, "span": {"data-person"}},
    allowed_classes={"span": {"mention"}},
    # javascript: and data: would run in the reader's session.
    url_schemes={"http", "https", "mailto"},
    link_rel="ugc nofollow noopener",
)
