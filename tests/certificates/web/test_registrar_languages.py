"""WCAG 3.1.2: on an English page of the registrar, Russian words say that they are Russian."""

import re

import pytest
from django.conf import settings
from lxml import html

from certificates.models import Import, Programme
from tests.support.tables import row, xlsx

pytestmark = pytest.mark.django_db

_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
# A select shows the words of its options, but no screen reader changes its voice for one of them.
_WITHOUT_LANGUAGE = {"option", "textarea", "script", "style"}


@pytest.fixture
def desk(registrar, sign_in):
    client = sign_in(registrar)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


@pytest.fixture
def pages(desk, certificate, correct, programme, deliver):
    """Every page of the registrar, with data in Russian wherever people write something."""
    Programme.objects.update(title_en="")
    _, correction = correct(certificate, surname="Сидоренко")
    reason = {"reason": "Материал снят", "expected": "valid"}
    desk.post(f"/registrar/certificates/{certificate.number}/revocation/", reason)
    table = xlsx(row(""), row("Петрова"), row("Петрова"))
    desk.post("/registrar/imports/", {"programme": programme.pk, "table": table})
    deliver()
    return [
        "/registrar/",
        "/registrar/all/",
        f"/registrar/applications/{correction.pk}/",
        "/registrar/certificates/",
        f"/registrar/certificates/{certificate.number}/",
        "/registrar/programmes/",
        "/registrar/programmes/publication/",
        "/registrar/programmes/publication/form/",
        "/registrar/templates/",
        "/registrar/imports/",
        f"/registrar/imports/{Import.objects.get().pk}/",
    ]


def test_russian_words_on_english_pages_are_marked(desk, pages):
    unmarked = {path: set(_unmarked(desk.get(path).content.decode())) for path in pages}
    assert unmarked == {path: set() for path in pages}


def _unmarked(page):
    (main,) = html.fromstring(page).iter("main")
    for element in main.iter():
        if not isinstance(element.tag, str) or element.tag in _WITHOUT_LANGUAGE:
            continue
        words = [element.text, *(child.tail for child in element)]
        if _CYRILLIC.search("".join(filter(None, words))) and _language_of(element) != "ru":
            yield " ".join("".join(filter(None, words)).split())


def _language_of(element):
    around = [element, *element.iterancestors()]
    return next(one.get("lang") for one in around if one.get("lang"))
