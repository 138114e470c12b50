import multiprocessing
import re

import pytest

from certificates.rendering import compilers, ornaments
from certificates.rendering.compilers import FONTS
from certificates.rendering.design import LIBRARY


@pytest.mark.parametrize("name", ornaments.SOURCES)
def test_stored_ornaments_match_their_sources(name):
    source = LIBRARY / name
    assert source.with_suffix(".svg").read_bytes() == ornaments.draw(source)


def test_compiling_after_a_fork_fails_instead_of_hanging(monkeypatch):
    monkeypatch.setattr(compilers, "_first_process", [])
    with multiprocessing.get_context("fork").Pool(1) as pool:
        pool.apply_async(compilers._refuse_after_fork).get(timeout=30)
    compilers._refuse_after_fork()
    with multiprocessing.get_context("fork").Pool(1) as pool:
        answer = pool.apply_async(compilers._refuse_after_fork)
        with pytest.raises(RuntimeError, match="forked"):
            answer.get(timeout=30)


def test_templates_name_only_the_fonts_that_we_ship():
    families = {font.family for font in compilers._fonts.fonts()}
    setting = (LIBRARY / "lib/1/setting.typ").read_text()
    named = {
        family
        for faces in re.findall(r"^#let (?:display|serif|sans) = \((.*)\)$", setting, re.MULTILINE)
        for family in re.findall(r'"([^"]+)"', faces)
    }
    assert named == families
    assert {path.suffix for path in FONTS.iterdir()} == {".ttf", ".txt"}
