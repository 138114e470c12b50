import dataclasses
import json
import multiprocessing
import os
import re
from pathlib import Path

import pytest
from typst import Fonts

from certificates.rendering import (
    FaultKind,
    TooDemanding,
    compilers,
    ornaments,
    render,
    render_in_sandbox,
    sandbox,
    starter,
)
from certificates.rendering.compilers import FONTS
from certificates.rendering.design import LIBRARY
from tests.support.documents import design_of, sample
from tests.support.dying_children import dying_environment, hurried_environment


@pytest.mark.parametrize("name", ornaments.SOURCES)
def test_stored_ornaments_match_their_sources(name):
    source = LIBRARY / name
    assert source.with_suffix(".svg").read_bytes() == ornaments.draw(source)


def page_of(source, inputs=None, form="png"):
    design = dataclasses.replace(starter("publication"), source=source)
    return compilers.compile_design(design, inputs or {}, form=form, timestamp=0, ppi=10)


@pytest.fixture(autouse=True)
def _no_children_before_or_after():
    compilers._children.end()
    yield
    compilers._children.end()


SLOW = "#let a = 0\n#for i in range(100000) { for j in range(100000) { a += 1 } }"


@pytest.mark.parametrize(
    "source",
    [SLOW, "#let a = range(10000000).map(str)\n#let b = range(100000000).map(str)"],
    ids=["time", "memory"],
)
def test_a_design_in_use_is_stopped_at_the_limits(source, monkeypatch, tmp_path):
    # The whole time of a draft, which is the same, is spent in test_render_checks.py.
    environment = hurried_environment(tmp_path, compilers.ENVIRONMENT)
    monkeypatch.setattr(compilers, "ENVIRONMENT", environment)
    # Only with these data, as one that tells the render check from the use.
    source = f'#if "real" in sys.inputs {{\n[{source}]\n}}'
    assert page_of(source).startswith(b"\x89PNG")
    with pytest.raises(TooDemanding) as refused:
        page_of(source, {"real": "yes"})
    assert refused.value.status == 503
    assert page_of(source).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("end", "fault"),
    [
        ("os.kill(os.getpid(), 11)", FaultKind.CRASHED),
        ("os._exit(1)", FaultKind.CRASHED),
        ("os.kill(os.getpid(), 9)", FaultKind.TOO_DEMANDING),
    ],
)
def test_a_compiler_that_dies_is_told_from_one_at_its_limits(end, fault, monkeypatch, tmp_path):
    monkeypatch.setattr(sandbox, "ENVIRONMENT", dying_environment(tmp_path, end))
    (result,) = render_in_sandbox(starter("publication"), [sample("publication")], ppi=36)
    assert (result.png, result.fault.kind) == (b"", fault)
    monkeypatch.setattr(compilers, "ENVIRONMENT", dying_environment(tmp_path, end))
    with pytest.raises(TooDemanding):
        page_of("#page[1]")


def test_a_child_that_was_killed_is_replaced():
    page_of("#page[1]")
    (child,) = compilers._children._idle
    child._process.kill()
    child._process.wait()
    assert page_of("#page[2]").startswith(b"\x89PNG")


def test_a_document_is_tried_in_a_new_child_before_it_fails(monkeypatch):
    page_of("#page[1]")
    (child,) = compilers._children._idle
    monkeypatch.setattr(child, "ask", lambda _request: child.end())
    assert page_of("#page[2]").startswith(b"\x89PNG")


def test_a_child_makes_a_bounded_number_of_documents(monkeypatch):
    monkeypatch.setattr(compilers, "_DOCUMENTS_OF_CHILD", 2)
    pids = []
    for number in range(4):
        page_of(f"#page[{number}]")
        pids += [child._process.pid for child in compilers._children._idle]
    assert len(pids) == len(set(pids)) == 2


def test_compiling_after_a_fork_uses_children_of_its_own():
    page_of("#page[1]")
    (child,) = compilers._children._idle
    with multiprocessing.get_context("fork").Pool(1) as pool:
        page, pids = pool.apply_async(_compiled_in_a_fork).get(timeout=60)
    assert page.startswith(b"\x89PNG")
    assert child._process.pid not in pids
    assert page_of("#page[3]").startswith(b"\x89PNG")
    assert compilers._children._idle == [child]


def _compiled_in_a_fork():
    page = page_of("#page[2]")
    pids = [child._process.pid for child in compilers._children._idle]
    compilers._children.end()
    return page, pids


def test_children_have_no_secrets_and_a_low_priority():
    page_of("#page[1]")
    (child,) = compilers._children._idle
    pid = child._process.pid
    variables = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    assert {variable.partition(b"=")[0] for variable in variables if variable} == {
        name.encode() for name in compilers.ENVIRONMENT
    }
    assert os.getpriority(os.PRIO_PROCESS, pid) > os.getpriority(os.PRIO_PROCESS, 0)


@pytest.mark.parametrize("kind", ["publication", "participation"])
def test_no_input_tells_a_render_check_from_the_use(kind, monkeypatch):
    """Names of inputs, and those of the members of each."""
    data, seen = sample(kind), []

    def noted(_design, inputs, **_):
        seen.append(inputs)
        return b""

    def drafted(request):
        seen.extend(_inputs(request))
        return [], FaultKind.CRASHED

    monkeypatch.setattr("certificates.rendering.render_document.compile_design", noted)
    monkeypatch.setattr(sandbox, "_run_child", drafted)
    render(design_of(data), data)
    render_in_sandbox(design_of(data), [data], ppi=36)
    used, checked = seen
    assert used == checked


def _inputs(request):
    return [job["inputs"] for job in json.loads(request)["jobs"]]


def test_templates_name_only_the_fonts_that_we_ship():
    fonts = Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[compilers.FONTS]
    )
    families = {font.family for font in fonts.fonts()}
    setting = (LIBRARY / "lib/1/setting.typ").read_text()
    named = {
        family
        for faces in re.findall(r"^#let (?:display|serif|sans) = \((.*)\)$", setting, re.MULTILINE)
        for family in re.findall(r'"([^"]+)"', faces)
    }
    assert named == families
    assert {path.suffix for path in FONTS.iterdir()} == {".ttf", ".txt"}
