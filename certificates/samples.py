"""Made-up answers, for a registrar to see the document of a form that nobody has filled in."""

from collections.abc import Mapping, Sequence

from certificates.fields import Field, Kind
from certificates.questions import YES, Answers

_SAMPLES: Mapping[Kind, str] = {
    Kind.SURNAME: "Лебедева",
    Kind.GIVEN_NAME: "Анна",
    Kind.PATRONYMIC: "Сергеевна",
    Kind.FULL_NAME: "Орлов Пётр Ильич",
    Kind.LATIN_NAME: "Anna Lebedeva",
    Kind.DATIVE_NAME: "Лебедевой Анне Сергеевне",
    Kind.POSITION: "преподаватель",
    Kind.INSTITUTION: "ГБПОУ «Чайковский техникум промышленных технологий и управления»",
    Kind.TOWN: "Чайковский",
    Kind.REGION: "Пермский край",
    Kind.DEGREE: "кандидат педагогических наук",
    Kind.TITLE: "Практика на действующей подстанции",
    Kind.URL: "https://example.ru/materials/17/",
    Kind.EMAIL: "name@example.ru",
    Kind.DATE: "2026-03-31",
    Kind.NUMBER: "12",
    Kind.TEXT: "диплом первой степени",
    Kind.CONSENT: YES,
    Kind.CO_AUTHORS: "Орлов Пётр Ильич",
}


def answers(fields: Sequence[Field]) -> Answers:
    return {field.key: _sample(field)[: field.longest] for field in fields}


def _sample(field: Field) -> str:
    if field.kind is Kind.CHOICE:
        return next(iter(field.choices), "")
    return _SAMPLES.get(field.kind, "")
