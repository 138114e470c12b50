"""The hooks of .pre-commit-config.yaml, which run parts of `make check` on commit and push."""

import os
import re
import subprocess
from shutil import copy2

import pytest
import yaml

from tests.support.paths import ROOT

HOOKS = [
    hook
    for repository in yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    for hook in repository["hooks"]
]
# `make scripts` installs them, which `make test` alone does not need.
HAS_NODE_MODULES = (ROOT / "node_modules/.installed").exists()


def run(*command, cwd, **environment):
    return subprocess.run(
        command,
        cwd=cwd,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


@pytest.fixture
def clone(tmp_path):
    """A repository with this one's files, uncommitted changes included, and its installed tools."""
    listing = run("git", "ls-files", "--cached", "--others", "--exclude-standard", cwd=ROOT).stdout
    for name in listing.splitlines():
        if (ROOT / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            copy2(ROOT / name, tmp_path / name)
    # make installs again when a lock file is newer than its mark, and a test needs no network.
    for lock in [*tmp_path.glob("requirements/*.txt"), *tmp_path.glob("package*.json")]:
        os.utime(lock, (0, 0))
    os.utime(tmp_path / ".npmrc", (0, 0))
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    if HAS_NODE_MODULES:
        (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    run("git", "init", "--quiet", cwd=tmp_path)
    run("git", "add", "--all", ":!.venv", cwd=tmp_path)
    return tmp_path


def test_every_part_of_make_check_is_a_hook():
    parts = re.search(r"^check: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)[1].split()

    assert [hook["entry"].split()[-1] for hook in HOOKS] == [hook["id"] for hook in HOOKS]
    assert sorted(hook["id"] for hook in HOOKS) == sorted(parts)


def test_hooks_of_a_commit_pass_on_every_file(clone, tmp_path_factory):
    home = str(tmp_path_factory.mktemp("pre-commit"))

    result = run(
        *(".venv/bin/pre-commit", "run", "--all-files", "--hook-stage", "pre-commit"),
        cwd=clone,
        PRE_COMMIT_HOME=home,
        SKIP="" if HAS_NODE_MODULES else "scripts",
    )

    assert result.returncode == 0, result.stdout


def test_hooks_of_a_commit_name_what_is_wrong(clone, tmp_path_factory):
    home = str(tmp_path_factory.mktemp("pre-commit"))
    (clone / "core/errors.py").write_text("import os\n")

    result = run(
        *(".venv/bin/pre-commit", "run", "lint", "--files", "core/errors.py"),
        cwd=clone,
        PRE_COMMIT_HOME=home,
    )

    assert result.returncode != 0
    assert "core/errors.py:1" in result.stdout
