"""The editor of templates in a real browser: a fault, its mending, a picture, a trial, use."""

import io

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from certificates.models import Template, TemplateVersion
from demo.people import ADMINISTRATOR
from tests.support.browser.axe import axe_violations
from tests.support.browser.holding import held_back
from tests.support.browser.people import sign_in

OURS = ".tpl"


def faults(page):
    page.emulate_media(reduced_motion="reduce")
    return [(fault["id"], fault["nodes"][0]["html"]) for fault in axe_violations(page, within=OURS)]


def signature():
    picture = Image.new("RGB", (700, 260), "#f4f2ec")
    strokes = [(40, 190), (150, 40), (210, 210), (300, 90), (380, 180), (470, 120), (660, 150)]
    ImageDraw.Draw(picture).line(strokes, fill="#1d2f7a", width=9, joint="curve")
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG")
    return {"name": "scan.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()}


@pytest.fixture
def desk(page, _look_where_the_processes_do):
    sign_in(page, ADMINISTRATOR)
    return page


def begin(desk, slug="publication"):
    """A draft begun from the version in use; answers it."""
    template = Template.objects.get(slug=slug)
    desk.goto(f"/admin/certificates/template/{template.pk}/change/")
    desk.get_by_role("button", name="Создать от версии 1").click()
    expect(desk.locator("#source")).to_be_visible()
    return TemplateVersion.objects.filter(template=template).order_by("-number")[0]


def test_from_a_fault_to_a_version_in_use(desk):
    draft = begin(desk)
    expect(desk.locator("#preview-image img")).to_be_visible()
    source = desk.locator("#source")
    source_text = source.input_value()
    at = source_text.index("#v(1fr)")
    source.fill(f"{source_text[:at]}#nothing-of-that-name\n{source_text[at:]}")
    fault = desk.locator("#preview-said a[data-goto]")
    expect(fault).to_have_attribute("data-goto", f"{source_text[:at].count(chr(10)) + 1}:2")
    fault.click()
    assert desk.evaluate("document.getSelection().toString()") == "nothing-of-that-name"
    desk.keyboard.press("Backspace")
    desk.keyboard.press("Backspace")
    expect(desk.locator("#preview-said")).to_contain_text("Документ получится")
    desk.get_by_role("button", name="Сохранить черновик").click()
    card = desk.locator(".tpl-card", has=desk.get_by_role("heading", name="Подпись"))
    card.locator("input[type=file]").set_input_files(signature())
    card.get_by_label("по-русски").fill("Подпись главного редактора")
    card.get_by_label("по-английски").fill("Signature of the editor-in-chief")
    card.get_by_role("button", name="Загрузить").click()
    expect(desk.locator(".tpl-card img")).to_have_attribute("alt", "Подпись главного редактора")
    desk.get_by_role("button", name="Проверить на самых длинных").click()
    expect(desk.locator("#render-check")).to_contain_text("Препятствий нет")
    picture = desk.locator(".tpl-thumb").first
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", value=True)
    assert picture.evaluate("image => image.naturalWidth") > 0
    desk.on("dialog", lambda dialog: dialog.accept())
    desk.get_by_role("button", name="Ввести в действие").click()
    expect(desk.locator(".tpl-status")).to_have_text("действует")
    draft.refresh_from_db()
    assert draft.is_active
    assert draft.images.get().role == "signature"


@pytest.mark.usefixtures("_look_where_the_processes_do")
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize(("locale", "heading"), [("ru-RU", "Предпросмотр"), ("en-US", "Preview")])
def test_the_editor_is_right_everywhere(open_browser, theme, width, locale, heading):
    size = {"width": width, "height": 900}
    page = open_browser(locale=locale, color_scheme=theme, viewport=size)
    sign_in(page, ADMINISTRATOR)
    version = Template.objects.get(slug="participation").active
    page.goto(f"/admin/certificates/template/{version.template_id}/versions/{version.number}/")
    expect(page.locator("#preview-title")).to_have_text(heading)
    expect(page.locator("#preview-image img")).to_be_visible()
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto(f"/admin/certificates/template/{version.template_id}/change/")
    expect(page.locator(".tpl-table")).to_be_visible()
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_editor_is_worked_by_keyboard(desk):
    begin(desk, "participation")
    source, place = desk.locator("#source"), desk.locator("#place")
    with held_back(desk, "**/editor*.js"):
        with desk.expect_request("**/editor*.js"):
            desk.reload(wait_until="commit")
        # What follows the text in the page has come, so the text is whole.
        expect(desk.locator("#id_is_landscape")).to_be_visible()
        source.press("Control+End")
    lines = source.input_value().count("\n") + 1
    expect(place).to_have_text(f"строка {lines}, столбец 1")
    desk.keyboard.press("Control+Home")
    expect(place).to_have_text("строка 1, столбец 1")
    desk.keyboard.press("Tab")
    expect(desk.locator("#id_is_landscape")).to_be_focused()
