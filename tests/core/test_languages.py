from datetime import UTC, datetime

import pytest
from django.utils import timezone, translation

from core.languages import inside_quotes, language_of, moment

AT = datetime(2026, 11, 30, 2, 56, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "title", "inside"),
    [
        ("ru", "Кластеры «Профессионалитета»", "Кластеры „Профессионалитета“"),
        ("ru", "«Синергия»", "„Синергия“"),
        ("ru", "АНО «Вести „Утро“»", "АНО „Вести „Утро““"),
        ("ru", "Без кавычек", "Без кавычек"),
        ("en", "The “Synergy” fund", "The ‘Synergy’ fund"),
        ("en", "Кластеры «Профессионалитета»", "Кластеры «Профессионалитета»"),
        ("en", "АНО „Утро“", "АНО „Утро“"),
        ("en", "It’s 5", "It’s 5"),
    ],
)
def test_quotes_inside_quotes_are_the_inner_ones(language, title, inside):
    with translation.override(language):
        assert inside_quotes(title) == inside


@pytest.mark.parametrize(
    ("language", "zone", "words"),
    [
        ("ru", "Europe/Moscow", "30 ноября 2026 г. 5:56 (мск)"),
        ("en", "Europe/Moscow", "30 November 2026, 05:56 (Moscow time)"),
        ("ru", "Asia/Vladivostok", "30 ноября 2026 г. 12:56 (UTC+10)"),
        ("en", "Asia/Kolkata", "30 November 2026, 08:26 (UTC+5:30)"),
        ("en", "America/St_Johns", "29 November 2026, 23:26 (UTC−3:30)"),
        ("en", "UTC", "30 November 2026, 02:56 (UTC)"),
    ],
)
def test_a_time_names_its_zone(language, zone, words):
    with translation.override(language), timezone.override(zone):
        assert moment(AT) == words


@pytest.mark.parametrize(
    ("page", "text", "language"),
    [
        ("en", "Иванова Мария", "ru"),
        ("en", "Ivanova Maria", "en"),
        ("en", "Урок English for kids", "ru"),
        ("en", "", "en"),
        ("ru", "Ivanova Maria", "ru"),
        ("ru", "გამარჯობა, მეგობრებო", "ka"),
        ("en", "<p><strong>Բարեւ</strong> ձեզ</p>", "hy"),
        ("ru", "你好", "zh"),
        ("ru", "こんにちは世界", "ja"),
        ("en", "שלום", "he"),
        ("en", "مرحبا", "ar"),
        ("ru", "Слово «გამარჯობა» значит привет по-грузински", "ru"),
        ("en", "The α of the test", "en"),
        ("ru", "Мы измерили αβγδε", "ru"),
        ("ru", "Я: αβγδε", "el"),
        ("en", "Қазақ тілі", "ru"),
    ],
)
def test_language_of_a_text_is_told_by_its_letters(page, text, language):
    with translation.override(page):
        assert language_of(text) == language
