"""Filling in the form for a publication certificate in a browser."""

import re

from playwright.sync_api import expect

PROGRAMME = "/programmes/publication/"


ANSWERS = {
    "Имя": "Анна",
    "Отчество": "Сергеевна",
    "Должность": "Преподаватель",
    "Место работы": "ГБПОУ «Чайковский техникум промышленных технологий и управления»",
    "Название материала": "Практика на действующей подстанции",
    "Ссылка на публикацию": "https://vesti.example/materials/17",
}


def fill_in(page, *, surname="Лебедева", email, open_it=True):
    if open_it:
        page.goto(PROGRAMME)
    for label, value in {"Фамилия": surname, **ANSWERS, "Электронная почта": email}.items():
        page.get_by_label(label, exact=True).fill(value)


def confirm(page):
    page.get_by_role("button", name="Проверить и продолжить").last.click()
    expect(page.get_by_role("heading", name="Проверьте и подтвердите")).to_be_visible()
    page.get_by_role("button", name="Всё верно, подтверждаю").click()
    expect(page).to_have_url(re.compile(r"/applications/\d+/"))
