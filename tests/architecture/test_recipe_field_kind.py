"""The recipe "Add a field kind" of certificates/form/README.md works, and names every file.

It is followed in a copy of the project: a script adds a phone number, then the copy is used.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.recipes import Copy, git

ROOT = Path(__file__).resolve().parent.parent.parent
README = ROOT / "certificates/form/README.md"

_ROW = """    Kind.PHONE: KindSpec(
        label=_("phone number"),
        max_length=20,
        normalise=rules.number,
        shape=shapes.NUMBER,
        slips=(nothing_to_say,),
        input_type="tel",
        autocomplete="tel",
        sample=Sample("+78001234567"),
    ),
}
"""

# Runs in the copy, with its modules. There is no database: nothing here may need one.
_USE = """
import json
from pathlib import Path

import django

django.setup()

from dataclasses import replace

from django.template.loader import render_to_string

from certificates.api.serializers import QuestionSerializer
from certificates.fields import Field, Kind, fields_from_json, fields_to_json
from certificates.form import reading, samples
from certificates.form.answers import read_answer
from certificates.form.slip_search import find_slips
from certificates.models import Application, FormVersion, Programme
from certificates.rendering import DocumentData, Line, render, starter
from certificates.web import questions
from certificates.web.programmes import QuestionForm

posted = QuestionForm({"key": "phone", "kind": "phone", "label_ru": "Телефон", "required": "on"})
assert posted.is_valid(), posted.errors
field = posted.question()
assert fields_from_json(fields_to_json([field])) == (field,)
assert QuestionSerializer(field).data["max_length"] == 20

assert read_answer(field, " 8 800 123 45 67 ").value == "88001234567"
assert [error.code for error in read_answer(field, "call me").errors] == ["not_a_number"]
assert [slip.code for slip in find_slips(Kind.PHONE, "нет")] == ["nothing_to_say"]

sample = samples.answers([field])
assert sample == {"phone": "+78001234567"}
stored = json.loads(Path("tests/data/certificates/publication.json").read_text())
line = Line("phone", Kind.PHONE, "Телефон", sample["phone"])
facts = replace(DocumentData.from_data(stored), lines=(line,))
assert render(starter("publication"), facts).startswith(b"%PDF")

form = FormVersion(questions=fields_to_json([field]))
(question,) = questions.blank(form)
page = render_to_string("certificates/control.html", {"question": question})
assert 'type="tel"' in page and 'autocomplete="tel"' in page, page
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    folder = Copy(tmp_path_factory.mktemp("project")).folder
    replace(
        folder / "certificates/fields.py",
        '    URL = "url"\n',
        '    URL = "url"\n    PHONE = "phone"\n',
    )
    replace(folder / "certificates/form/kinds.py", "\n}\n", "\n" + _ROW)
    return folder


def replace(path, old, new):
    text = path.read_text()
    assert text.count(old) == 1, path
    path.write_text(text.replace(old, new))


def test_recipe_names_every_file_that_a_new_kind_changes(copy):
    recipe = README.read_text().split("## Add a field kind")[1].split("##")[0]
    named = re.findall(r"^\d\. `([^`]+)`", recipe, flags=re.MULTILINE)
    assert git(copy, "diff", "--name-only") == named
    assert len(named) <= 3


def test_new_kind_is_built_read_checked_printed_and_shown(copy):
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    used = [sys.executable, "-c", _USE]
    ran = subprocess.run(
        used, cwd=copy, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
