"""The rules of our Markdown where it is stricter than CommonMark.

People who know no Markdown write sums, temperatures and smileys. A sign means markup only where
nothing else can be meant by it; everywhere else it stays as typed. No rule may swallow or change a
letter or a digit: a property test holds this.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import accumulate
from typing import Any
from urllib.parse import unquote

import regex
from linkify_it import LinkifyIt
from markdown_it.common.normalize_url import normalizeLink
from markdown_it.rules_block import StateBlock, blockquote, list_block
from markdown_it.rules_block.fence import make_fence_rule
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token

from comments.text.link_targets import link_target

# Quotations and lists inside one another, counted in tags. Deeper ones are narrow columns on a
# telephone, so their marks stay as typed.
_DEEPEST = 8
_BULLET = re.compile(r"[-*][ \t]+(?P<content>.*)")
# More digits are a year or a telephone number, and a number is never shown without its zeros.
_NUMBER = re.compile(r"(?:0|[1-9]\d{0,2})[.)][ \t]+(?P<content>\S.*)")
_LOOKS_LIKE_A_MARKER = re.compile(r"(?:[-+*]|\d+[.)])(?:[ \t]|$)")
_QUOTE = re.compile(r">(?P<more>[>\s]*)(?P<content>.*)")
_WORD_IN_QUOTATION = regex.compile(r"[«„“\"'(\[*_~`@]*\p{L}")
_LETTER = regex.compile(r"\p{L}")
_BLANK = regex.compile(r"[\s\p{C}\p{Default_Ignorable_Code_Point}\u2800\u3164\uffa0]*")
_SCHEME = re.compile(r"(?:^|[^a-z0-9.+-])(https?|mailto)$", re.IGNORECASE)
_ENCODED = re.compile(r"(?:%[0-9a-f]{2})+", re.IGNORECASE)
_TILDES = re.compile("~{2,}")
_ESCAPABLE = frozenset("*_~`>@-.")
_ENDS = ".,:;!?…"
_MARKS_AFTER = f"{_ENDS}*~|—–"
_UNDERSCORE_AFTER = re.compile(r"_(?![^\W_])")
# What stands before the opening and after the closing sign of emphasis, besides space and emoji.
_BEFORE, _AFTER = frozenset("([{«„“\"'—–…*_~`"), frozenset(")]}»”’\"'—–…*_~`.,:;!?-")

_fence = make_fence_rule(markers=("`",))


# Blocks: `silent` asks whether the rule would apply, to end a paragraph or a list.


def code_fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A block of code; three backticks with nothing to show after them stay as typed."""
    has_info = bool(_line(state, start).strip("` \t"))
    following = (_line(state, line).strip() for line in range(start + 1, end))
    if not has_info and next(filter(None, following), "```").startswith("```"):
        return False
    return _fence(state, start, end, silent)


def quotation(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`> 50 percent` is a sum, `>_<` a face; a quotation begins with a word."""
    quote = _QUOTE.fullmatch(_line(state, start))
    if quote is None or state.level >= _DEEPEST:
        return False
    content = quote["content"]
    if content.startswith("```"):
        return blockquote(state, start, end, silent)
    if not _LETTER.search(content) or content[0].isnumeric():
        return False
    is_apart = quote["more"][-1:].isspace()
    if not is_apart and not _WORD_IN_QUOTATION.match(content):
        return False
    return blockquote(state, start, end, silent)


def items(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`- 7 degrees` is a temperature, `* * *` parts two texts, `1986. A good year` is a year."""
    if state.level >= _DEEPEST or not _begins_item(_line(state, start)):
        return False
    return list_block(state, start, end, silent)


def not_an_item(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """End a list before a line that only looks like another item of it."""
    line = _line(state, start)
    return silent and bool(_LOOKS_LIKE_A_MARKER.match(line)) and not _begins_item(line)


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _begins_item(line: str) -> bool:
    if number := _NUMBER.fullmatch(line):
        return not _LOOKS_LIKE_A_MARKER.match(number["content"])
    bullet = _BULLET.fullmatch(line)
    if bullet and bullet["content"].startswith("```"):
        return True
    if bullet is None or not _LETTER.search(bullet["content"]):
        return False
    return not bullet["content"].lstrip("+-−–—$€₽ \t")[:1].isnumeric()


# After the blocks.


def keep_info(state: StateCore) -> None:
    """Show what stands after the opening of a fenced block as the first line of the code."""
    for token in state.tokens:
        if token.type == "fence" and token.info.strip():
            token.content = f"{token.info.strip()}\n{token.content}"
            token.info = ""


def keep_numbers(state: StateCore) -> None:
    """Split a list where its numbers skip or repeat, so that each item keeps its own."""
    state.tokens = list(_renumbered(state.tokens))


def _renumbered(tokens: list[Token]) -> Iterator[Token]:
    lists: list[tuple[Token, int]] = []
    for token in tokens:
        if token.type == "ordered_list_open":
            lists.append((token, int(token.attrs.get("start", 1))))
        elif token.type == "ordered_list_close":
            lists.pop()
        elif token.type == "list_item_open" and token.info:
            opening, expected = lists.pop()
            number = int(token.info)
            if number != expected:
                closing = Token("ordered_list_close", "ol", -1, level=opening.level, block=True)
                opening = Token("ordered_list_open", "ol", 1, level=opening.level, block=True)
                opening.attrs = {} if number == 1 else {"start": number}
                yield from (closing, opening)
            lists.append((opening, number + 1))
        yield token


def inline(state: StateCore) -> None:
    """Parse the text of the blocks; `env["quoted"]` says whether it is in a quotation."""
    depth = 0
    for token in state.tokens:
        if token.tag == "blockquote":
            depth += token.nesting
        if token.type == "inline":
            token.children = token.children or []
            state.env["quoted"] = depth > 0
            state.md.inline.parse(token.content, state.md, state.env, token.children)


# Within a paragraph.


def escape(state: StateInline, silent: bool) -> bool:
    """A backslash before a sign of ours: `\\*`. In `¯\\_(ツ)_/¯` and `C:\\_x` both are as typed."""
    src, start = state.src, state.pos
    if src[start] != "\\" or start + 1 >= state.posMax or src[start + 1] not in _ESCAPABLE:
        return False
    before = src[start - 1] if start else " "
    is_meant = before.isalnum() or before.isspace() or before in _BEFORE or before in ">-"
    if not silent:
        token = state.push("text_special", "", 0)
        token.content = src[start + 1] if is_meant else src[start : start + 2]
        token.markup = src[start : start + 2]
        token.info = "escape"
    state.pos += 2
    return True


def emphasis(state: StateInline, silent: bool) -> bool:
    """As in CommonMark, but only around whole words: not in a sum (`2*3*4`) nor a face (`-_-`)."""
    marker = state.src[state.pos]
    if silent or marker not in "*_":
        return False
    scanned = state.scanDelims(state.pos, canSplitWord=False)
    before = state.src[state.pos - 1] if state.pos else " "
    after = state.src[state.pos + scanned.length : state.posMax][:1] or " "
    for _ in range(scanned.length):
        state.push("text", "", 0).content = marker
        delimiter = Delimiter(
            marker=ord(marker),
            length=scanned.length,
            token=len(state.tokens) - 1,
            end=-1,
            open=scanned.can_open and (before in _BEFORE or _is_apart(before)),
            close=scanned.can_close and (after in _AFTER or _is_apart(after)),
        )
        state.delimiters.append(delimiter)
    state.pos += scanned.length
    return True


def _is_apart(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) == "So"  # an emoji


def between_digits(state: StateInline, silent: bool) -> bool:
    """`10~~20` is a range, not the beginning of something struck out."""
    run = _TILDES.match(state.src, state.pos, state.posMax)
    if silent or run is None:
        return False
    before = state.src[run.start() - 1 : run.start()]
    after = state.src[run.end() : run.end() + 1]
    if not (before.isdigit() and after.isdigit()):
        return False
    state.append_pending(run.group())
    state.pos = run.end()
    return True


def keep_signs_without_text(state: StateInline) -> None:
    """Leave pairs of signs without a letter or a digit between them: `*_*` is a face."""
    letters = list(accumulate(map(_has_text, state.tokens), initial=0))
    metas = [meta for meta in state.tokens_meta if meta]
    for delimiters in [state.delimiters, *(meta["delimiters"] for meta in metas)]:
        for delimiter in delimiters:
            if delimiter.end >= 0:
                closing = delimiters[delimiter.end]
                if letters[delimiter.token + 1] == letters[closing.token]:
                    delimiter.end = -1


def _has_text(token: Token) -> bool:
    return token.type != "text" or any(map(str.isalnum, token.content))


def link(state: StateInline, silent: bool) -> bool:
    """`[text](address)` for an address that browsers open unchanged, without a title.

    Everything else stays as typed. Addresses of other sites are kept in `env["targets"]` even
    then, because people can copy them.
    """
    src, start = state.src, state.pos
    if src[start] != "[":
        return False
    label_end = state.md.helpers.parseLinkLabel(state, start, disableNested=True)
    if label_end < 0 or not src.startswith("](", label_end):
        return False
    at = _after_space(src, label_end + 2, state.posMax)
    address = state.md.helpers.parseLinkDestination(src, at, state.posMax)
    if not address.ok or not address.str:
        return False
    end = _after_space(src, address.pos, state.posMax)
    if end >= state.posMax or src[end] != ")":
        return False
    href = target_of(state, address.str, silent=silent)
    if not href or _BLANK.fullmatch(src, start + 1, label_end):
        return False
    if not silent:
        maximum, state.pos, state.posMax = state.posMax, start + 1, label_end
        state.push("link_open", "a", 1).attrs = {"href": href}
        state.linkLevel += 1
        state.md.inline.tokenize(state)
        state.linkLevel -= 1
        state.push("link_close", "a", -1).meta = {"hidden": src[label_end : end + 1]}
        state.posMax = maximum
    state.pos = end + 1
    return True


def bare_address(state: StateInline, silent: bool) -> bool:
    """A typed `https://…` or `mailto:…` becomes a link."""
    src, colon = state.src, state.pos
    if src[colon] != ":" or state.linkLevel > 0:
        return False
    scheme = _SCHEME.search(state.pending)
    if scheme is None:
        return False
    begin = colon - len(scheme[1])
    match = _addresses.match_at_start(_without_marks(src, begin, state.posMax))
    if match is None:
        return False
    address: str = match.url.rstrip(_MARKS_AFTER)
    href = target_of(state, address, silent=silent)
    if not href:
        return False
    if not silent:
        state.pending = state.pending[: -len(scheme[1])]
        state.push("link_open", "a", 1).attrs = {"href": href}
        state.push("text", "", 0).content = readable(address)
        state.push("link_close", "a", -1)
    state.pos = begin + len(address)
    return True


def _without_marks(src: str, begin: int, end: int) -> str:
    """Leave out the sign that closes `_https://…_`, and the next cells of a row of a table."""
    line = src[src.rfind("\n", 0, begin) + 1 : begin]
    if line.lstrip().startswith("|"):
        return src[begin:end].partition("|")[0]
    if line.endswith("_") and (closing := _UNDERSCORE_AFTER.search(src, begin, end)):
        return src[begin : closing.start()]
    return src[begin:end]


def target_of(state: StateInline, address: str, *, silent: bool) -> str:
    """Return the `href` of a link to the address; "" where it must stay as typed."""
    target = link_target(address, normalizeLink(address))
    if target is None:
        return ""
    if not silent:
        state.env["targets"].append(target)
    return target.href


def readable(address: str) -> str:
    """The address with the letters of its path instead of `%D0%AE…`."""
    return _ENCODED.sub(_decoded, address)


def _decoded(encoded: "re.Match[str]") -> str:
    letters = unquote(encoded.group(), errors="replace")
    # Signs stay encoded: an invisible one or one that turns the text round would hide the address.
    return letters if letters.isalpha() else encoded.group()


class _Addresses(LinkifyIt):
    def __init__(self) -> None:
        # "Конец.Начало" is two sentences, not an address in a zone of that name.
        super().__init__(options={"fuzzy_link": False, "fuzzy_email": False})

    def normalize(self, match: Any) -> None:
        """End the address before a closing quotation mark or an ellipsis of the sentence."""
        super().normalize(match)
        match.url = match.text = match.url[: _length_of_address(match.url)]


def _length_of_address(address: str) -> int:
    opened = 0
    for at, character in enumerate(address):
        # “ opens in English and closes in German and Russian; ’ may be an apostrophe: it’s.
        ends_word = not address[at + 1 : at + 2].isalnum()
        opened += character in "«‹" or (character == "“" and not ends_word)
        opened -= character in "»›”" or (character in "“’" and ends_word)
        if opened < 0:
            return len(address[:at].rstrip(_ENDS))
    # The linkifier leaves out three full stops, but not the one sign for them.
    return len(address.rstrip(_ENDS) if address.endswith("…") else address)


_addresses = _Addresses()


def _after_space(text: str, start: int, end: int) -> int:
    while start < end and text[start] in " \t\n":
        start += 1
    return start
