"""Steps that bring a gallery page into the state to check."""

import secrets
from random import choices

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from playwright.sync_api import Page, expect

from accounts.models import User
from demo.people import PASSWORD

from .shots import Places


def sign_in_as(page: Page, person: User) -> None:
    """With a second step, where the person has one."""
    page.goto("/accounts/login/?next=/accounts/profile/")
    page.locator("input[name=login]").fill(person.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
    if "2fa" in page.url:
        code = RecoveryCodes.activate(person).get_unused_codes()[0]
        page.locator("input[name=code]").fill(code)
        page.locator("input[name=code]").press("Enter")
        page.wait_for_url("**/accounts/profile/")


def loaded(page: Page, _here: Places) -> None:
    expect(page.locator("otklik-comments .composer, otklik-comments .notice").first).to_be_visible()


def press(name: str):
    """Press the control that this selector finds, and wait for the dialog that it opens."""

    def act(page: Page, here: Places) -> None:
        loaded(page, here)
        page.locator(f"otklik-comments {name}").click()
        expect(page.locator("otklik-comments dialog")).to_be_visible()

    return act


def further(page: Page, here: Places) -> None:
    loaded(page, here)
    page.locator("article.comment:has([aria-expanded]) [aria-expanded]").first.click()


def answering(page: Page, here: Places) -> None:
    further(page, here)
    others = page.locator("article.comment:has([aria-expanded])").first
    others.locator("footer button:not([aria-pressed])").first.click()
    page.locator("li .composer textarea").first.press_sequentially("Согласна с @гл")
    expect(page.get_by_role("listbox")).to_be_visible()


def reporting(page: Page, here: Places) -> None:
    further(page, here)
    page.locator(".further button").first.click()
    expect(page.locator("otklik-comments dialog")).to_be_visible()


def editing(page: Page, here: Places) -> None:
    loaded(page, here)
    own = page.locator(f"#own-{here.own_held.pk}")
    own.locator("footer button").first.click()
    expect(own.locator("textarea")).to_be_focused()


def withdrawing(page: Page, here: Places) -> None:
    loaded(page, here)
    page.locator(f"#own-{here.own_held.pk} footer button").nth(1).click()
    expect(page.locator("otklik-comments dialog")).to_be_visible()


def too_long(page: Page, here: Places) -> None:
    loaded(page, here)
    page.locator("otklik-comments .composer textarea").first.fill("Слишком длинно. " * 300)
    page.locator("otklik-comments .composer .primary").first.click()
    expect(page.locator("otklik-comments .error p")).to_be_visible()


def complaining(page: Page, here: Places) -> None:
    loaded(page, here)
    area = page.locator("otklik-comments .composer textarea").first
    area.fill("В вашей статье ошибка: кластеров не 150, а 142.")
    page.locator("otklik-comments .composer .primary").first.click()
    expect(page.locator("otklik-comments dialog")).to_be_visible()


def refused(page: Page, _here: Places) -> None:
    page.locator("#composer textarea").fill("Слишком длинно, но по делу. " * 150)
    page.locator("#composer .button--primary").click()
    expect(page.locator(".error-summary")).to_be_visible()


def offered(page: Page, _here: Places) -> None:
    page.locator("#composer textarea").fill("В вашей статье ошибка: кластеров 142.")
    page.locator("#composer .button--primary").click()
    expect(page.locator("[name=anyway]")).to_be_attached()


def sent_empty(page: Page, _here: Places) -> None:
    """Submit the page's form empty."""
    form = page.locator("main form:has(.button--primary):not(dialog form)").last
    form.evaluate("form => { form.noValidate = true }")
    form.locator(".button--primary").last.click()
    expect(page.locator("main .field-error, main .error-summary").first).to_be_visible()


def slips_made(page: Page, _here: Places) -> None:
    """One of each look: with a correction, with parts to move, and without either."""
    page.locator("#answer-surname").fill("Ивaнова Мария")
    page.locator("#answer-institution").fill("МБОУ «Школа № 5")
    page.locator("#answer-email").fill("ivanova@yandeks.ru")
    for question in ("surname", "institution", "email"):
        expect(page.locator(f"#messages-{question} .slip").first).to_be_visible()
    expect(page.locator("#preview img")).to_be_visible()


def _save_surname(page: Page, surname: str) -> None:
    """Type it and wait until the server has it: the page then gets a new version of the answer."""
    version = page.locator("#version-surname")
    before = version.input_value()
    page.locator("#answer-surname").fill(surname)
    expect(version).not_to_have_value(before)


def answered_in_another_window(page: Page, here: Places) -> None:
    _save_surname(page, "Иванова")
    other = page.context.new_page()
    other.goto(page.url)
    _save_surname(other, "Петрова")
    other.close()
    page.locator("#answer-surname").fill("Сидорова")
    expect(page.locator("#messages-surname .slip")).to_be_visible()


def question_opened(page: Page, _here: Places) -> None:
    page.locator(".movable summary").nth(1).click()


def unfolded(page: Page, _here: Places) -> None:
    for fold in page.locator("main details:not([open], .nav-fold) > summary").all():
        fold.click()


def wrong_password(page: Page, _here: Places) -> None:
    page.locator("input[name=login]").fill("nobody@example.org")
    page.locator("input[name=password]").fill("не тот пароль")
    page.locator("input[name=password]").press("Enter")
    expect(page.locator(".error-summary, .field-error").first).to_be_visible()


def code_by_email(page: Page, here: Places) -> None:
    page.locator("main input[type=email], main input[name=login]").last.fill(here.author.email)
    page.locator("main .button--primary").click()
    expect(page.locator("input[name=code]")).to_be_visible()


def second_step(page: Page, here: Places) -> None:
    page.locator("input[name=login]").fill(here.guarded.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    expect(page.locator("input[name=code]")).to_be_visible()


def signing_up(page: Page, _here: Places) -> None:
    newcomer = "".join(choices("абвгдежзик", k=6))
    page.locator("input[name=email]").fill(f"{secrets.token_hex(4)}@example.org")
    page.locator("input[name=display_name]").fill(f"Читательница {newcomer.title()}")
    page.locator("input[name=password1]").fill("сосны-у-озера-71")
    for tick in page.locator("main input[type=checkbox]").all():
        tick.check()
    page.locator("main form .button--primary").click()
    expect(page.locator("input[name=code]")).to_be_visible()


def menu(page: Page, _here: Places) -> None:
    page.locator("[data-menu] summary").first.click()


def beside(page: Page, _here: Places) -> None:
    expect(page.locator("#aside h2").first).to_be_visible()


def keys(page: Page, _here: Places) -> None:
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()


def rules_open(page: Page, _here: Places) -> None:
    page.locator("[data-rules] summary").first.click()


def decided(page: Page, here: Places) -> None:
    """Undone at once: the other looks at the page find the same."""
    item = page.locator(f"#comment-{here.held.pk}")
    item.locator("[data-rules] > summary").click()
    item.locator("[data-rule='1']").click()
    expect(page.locator("[data-done] [data-key=undo]").first).to_be_visible()


def chosen(page: Page, _here: Places) -> None:
    page.locator("[data-choose]").first.check()


def tried(page: Page, _here: Places) -> None:
    page.locator("[name=entries]").fill("слон")
    page.locator("#trial-text").press_sequentially("Два слона")
    expect(page.locator("#trial mark")).to_be_visible()


def asked_first(selector: str):
    def act(page: Page, _here: Places) -> None:
        page.locator(selector).first.click()
        expect(page.get_by_role("dialog")).to_be_visible()

    return act


def removed_without_a_note(page: Page, _here: Places) -> None:
    page.locator("form:has(#id_note) button[type=submit]").click()
    expect(page.locator("#id_note_error")).to_be_visible()
