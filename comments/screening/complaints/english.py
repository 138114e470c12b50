"""Complaints in English: a fault near a word for the newsroom or its work."""

from collections.abc import Iterator

import regex

_NEAR = r"[^.!?\n]{0,60}"
_OUR_WORK = r"(?:article|story|piece|headline|material|caption|photo|coverage|interview)s?"
_OUR_PEOPLE = (
    r"(?:journalist|reporter|editor|author|correspondent|newsroom|publication|newspaper)s?"
)
_FAULT = (
    r"(?:wrong|false|fake|lie[sd]?|lying|mistaken?s?|errors?|inaccura\w+|mislead\w*|biased|untrue"
    r"|incompetent|clickbait|misquot\w+|illiterate|unprofessional)"
)
_CUES = regex.compile(
    rf"""
    \b(?:
        your\s(?:\w+\s)?(?:{_OUR_WORK}|{_OUR_PEOPLE})\b
      | typos?\b
      | (?:{_OUR_WORK}|{_OUR_PEOPLE})\b{_NEAR}\b{_FAULT}\b
      | {_FAULT}\b{_NEAR}\b(?:{_OUR_WORK}|{_OUR_PEOPLE})\b
      | (?:check|verify)\syour\s(?:facts|sources)
      | (?:fix|correct|retract|remove|take\sdown)\s(?:the|this|your|my)\s
          (?:\w+\s){{0,4}}{_OUR_WORK}\b
      | retraction
    )
    """,
    regex.VERBOSE,
)


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the folded text has a cue."""
    return (match.span() for match in _CUES.finditer(text))
