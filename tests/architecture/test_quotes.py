"""Titles that a sentence puts in quotes may contain quotes."""

import re

import pytest

from tests.support.paths import ROOT

_TAG = re.compile(r"\{% blocktranslate ([^%]*)%\}(.*?)\{% endblocktranslate %\}", re.DOTALL)
_QUOTED = re.compile(r"[“«]\{\{ (\w+) \}\}[”»]")
_TEMPLATES = [
    path
    for pattern in ("*/templates/**/*.html", "*/templates/**/*.txt", "templates/**/*.*")
    for path in ROOT.glob(pattern)
]


def unmended(text):
    """Return the names of the variables in quotes that no `inside_quotes` has passed."""
    return [
        name
        for head, body in _TAG.findall(text)
        for name in _QUOTED.findall(body)
        if not re.search(rf"\b{name}=\S*\|inside_quotes\b", head)
    ]


def test_every_template_uses_inner_quotes_inside_quotes():
    assert len(_TEMPLATES) > 100
    faults = {str(path.relative_to(ROOT)): unmended(path.read_text()) for path in _TEMPLATES}
    assert {path: names for path, names in faults.items() if names} == {}


@pytest.mark.parametrize(
    ("head", "names"), [("with a=b.c|inside_quotes ", []), ("with a=b.c ", ["a"]), ("", ["a"])]
)
def test_a_title_without_the_filter_is_found(head, names):
    tag = "{% blocktranslate trimmed " + head + "%}To “{{ a }}”.{% endblocktranslate %}"
    assert unmended(tag) == names
