"""The editor of templates in the administration, and what may be done there."""

import base64
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from certificates.document_templates import actions
from certificates.models import Template, TemplateEvent, TemplateVersion

pytestmark = pytest.mark.django_db
ALTS = {"alt_ru": "Подпись редактора", "alt_en": "Signature of the editor"}


@pytest.fixture
def draft(programme, administrator):
    return actions.create_draft_from(version=programme.template.active, actor=administrator)


def address(version, page=""):
    return f"/admin/certificates/template/{version.template_id}/versions/{version.number}/{page}"


def filled_form(version, **changes):
    return {
        "source": version.source,
        "is_landscape": "yes",
        "seal_left": version.seal_left,
        "seal_top": version.seal_top,
        "seal_width": version.seal_width,
        "seal_height": version.seal_height,
        "digest": version.digest,
        "length": "typical",
        "language": "ru",
    } | changes


def png(mode="RGB", size=(200, 100), colour="white"):
    buffer = io.BytesIO()
    picture = Image.new(mode, size, colour)
    picture.paste((20, 30, 120) if mode == "RGB" else (20, 30, 120, 255), (40, 20, 160, 60))
    picture.save(buffer, "PNG")
    return SimpleUploadedFile("signature.png", buffer.getvalue(), "image/png")


def put(desk, version, role="signature", **given):
    sent = {f"{role}-{name}": value for name, value in ({"file": png()} | ALTS | given).items()}
    return desk.post(address(version, f"images/{role}/"), sent, follow=True)


def test_the_editor_shows_the_source_and_the_place_of_the_seal(desk, draft):
    page = desk.get(address(draft)).content.decode()
    assert "fitted(&quot;heading&quot;" in page
    assert 'value="111.5"' in page


def test_a_new_template_is_a_copy_of_a_default_one(desk, programme):
    sent = {"slug": "winter", "name_ru": "Зимний", "default": "participation"}
    desk.post("/admin/certificates/template/add/", sent)
    begun = Template.objects.get(slug="winter").versions.get()
    assert (begun.status, begun.number, begun.is_landscape) == ("draft", 1, False)


def test_a_template_code_is_unique_within_a_site(desk, programme):
    sent = {"slug": "publication", "name_ru": "Ещё один", "default": "publication"}
    answer = desk.post("/admin/certificates/template/add/", sent)
    assert answer.status_code == 422
    assert "Шаблон с таким кодом уже есть" in answer.content.decode()


def test_a_draft_from_a_version_copies_source_and_images(desk, draft):
    put(desk, draft)
    desk.post(f"/admin/certificates/template/{draft.template_id}/versions/", {"from": 2})
    copied = TemplateVersion.objects.get(number=3)
    draft.refresh_from_db()
    assert (copied.source, copied.digest) == (draft.source, draft.digest)
    assert copied.images.get().alt_ru == ALTS["alt_ru"]


def test_saving_a_draft_logs_its_digest(desk, draft, administrator):
    desk.post(address(draft), filled_form(draft, source=draft.source + "\r\n// иначе"))
    before = draft.digest
    draft.refresh_from_db()
    assert draft.source.endswith("\n// иначе")
    event = TemplateEvent.objects.get(action="template.edited")
    assert event.evidence["sha256"] == draft.digest != before
    assert event.actor == administrator


def test_a_draft_saved_by_another_person_is_not_overwritten(desk, draft):
    desk.post(address(draft), filled_form(draft, source="// первый"))
    answer = desk.post(address(draft), filled_form(draft, source="// второй"))
    assert answer.status_code == 409
    assert "// второй" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.source == "// первый"


@pytest.mark.parametrize("change", [{"seal_left": 290}, {"seal_top": 209}, {"seal_width": "а"}])
def test_a_seal_off_the_page_is_refused_without_losing_the_source(desk, draft, change):
    answer = desk.post(address(draft), filled_form(draft, source="// моё", **change))
    assert answer.status_code == 422
    assert "// моё" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.source != "// моё"


def test_a_version_in_use_cannot_be_changed(desk, programme):
    in_use = programme.template.active
    answer = desk.post(address(in_use), filled_form(in_use, source="x"))
    assert answer.status_code == 409
    assert put(desk, in_use).redirect_chain
    assert not in_use.images.exists()


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("length", ["shortest", "typical", "longest"])
def test_the_preview_draws_unsaved_text(desk, draft, language, length):
    sent = filled_form(draft, length=length, language=language)
    page = desk.post(address(draft, "preview/"), sent).content.decode()
    assert "Документ получится" in page
    drawn = base64.b64decode(re.search(r'base64,([^"]+)"', page)[1])
    assert Image.open(io.BytesIO(drawn)).size == (1123, 794)


def test_the_preview_names_the_line_of_a_fault(desk, draft):
    sent = filled_form(draft, source=draft.source + "\n#nothing-of-that-name")
    page = desk.post(address(draft, "preview/"), sent).content.decode()
    line = draft.source.count("\n") + 2
    assert f'data-goto="{line}:2"' in page
    assert "unknown variable" in page


def test_an_image_is_encoded_again_with_transparent_paper(desk, draft):
    put(desk, draft)
    image = draft.images.get()
    stored = Image.open(io.BytesIO(bytes(image.content)))
    assert (stored.format, stored.mode, stored.size) == ("PNG", "RGBA", (200, 100))
    assert stored.getpixel((0, 0))[3] == 0
    assert stored.getpixel((100, 40))[3] == 255
    shown = desk.get(address(draft, "images/signature/"))
    assert shown.content == bytes(image.content)


def test_the_background_of_a_logo_stays(desk, draft):
    put(desk, draft, role="logo")
    stored = Image.open(io.BytesIO(bytes(draft.images.get().content)))
    assert stored.getpixel((0, 0))[3] == 255


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"alt_en": ""}, "на обоих языках"),
        ({"file": SimpleUploadedFile("a.png", b"GIF89a nothing")}, "PNG, JPEG или WebP"),
        ({"file": png(size=(20, 20))}, "слишком мало"),
        ({"file": SimpleUploadedFile("a.png", b"\x89PNG" + bytes(5 * 1024**2))}, "5 МБ"),
    ],
)
def test_an_unusable_image_is_refused_with_a_reason(desk, draft, given, reason):
    assert reason in put(desk, draft, **given).content.decode()
    assert not draft.images.exists()


def test_an_image_can_be_removed(desk, draft):
    put(desk, draft)
    desk.post(address(draft, "images/signature/removal/"))
    before = draft.digest
    draft.refresh_from_db()
    assert (draft.images.count(), draft.digest) == (0, before)


def test_the_number_of_a_discarded_draft_is_not_used_again(desk, draft):
    desk.post(address(draft, "discarding/"))
    assert not TemplateVersion.objects.filter(number=2).exists()
    desk.post(f"/admin/certificates/template/{draft.template_id}/versions/", {"from": 1})
    assert draft.template.versions.order_by("-number")[0].number == 3


def test_renaming_a_template_is_logged(desk, draft):
    where = f"/admin/certificates/template/{draft.template_id}/change/"
    desk.post(where, {"name_ru": "Парадный", "name_en": "Festive"})
    assert "Парадный" in desk.get(where).content.decode()
    assert draft.template.events.filter(action="template.renamed").exists()
