"""The register and its audit log in the administration: in words, in the reader's language."""

import re

import pytest
from django.contrib import admin
from lxml import html

from accounts.models import User
from certificates.models import CertificateEvent
from core.languages import moment

pytestmark = pytest.mark.django_db
LABELS = "//main//label | //thead//th | //title"
# What our Russian pages call so too.
NOT_WORDS = r"SHA-256|EdDSA|PEM|SPF|DKIM|DMARC|ENTER|(?-i:Otklik)"


def english_in(page):
    texts = [label.text_content() for label in html.fromstring(page).xpath(LABELS)]
    assert texts
    return {text.strip() for text in texts if re.search("[a-z]{3,}", re.sub(NOT_WORDS, "", text))}


def test_lists_and_forms_have_russian_labels(desk, administrator, certificate):
    User.objects.filter(pk=administrator.pk).update(is_superuser=True)
    for model in admin.site._registry:
        options = model._meta
        folder = f"/admin/{options.app_label}/{options.model_name}/"
        pages = [desk.get(folder), desk.get(f"{folder}add/")]
        if (row := model._default_manager.first()) is not None:
            pages.append(desk.get(f"{folder}{row.pk}/change/"))
        for page in pages:
            if page.status_code == 200:
                assert english_in(page.content.decode()) == set(), page.request["PATH_INFO"]


def test_a_certificate_is_shown_in_words_without_the_raw_document(desk, certificate):
    page = desk.get(f"/admin/certificates/certificate/{certificate.pk}/change/").content.decode()
    assert certificate.holder in page
    assert "действительно" in page
    assert moment(certificate.issued_at) in page
    assert "\\u04" not in page


def test_an_event_is_called_by_what_happened_and_who_did_it(desk, certificate):
    event = CertificateEvent.objects.filter(action=CertificateEvent.Action.ISSUED).get()
    page = desk.get(f"/admin/certificates/certificateevent/{event.pk}/change/").content.decode()
    assert "свидетельство выдано, номер присвоен, автоматически" in page.lower()


def test_the_number_of_rows_has_no_plural_form(desk, certificate):
    page = desk.get("/admin/certificates/certificate/").content.decode()
    assert "Всего: 1" in page
