"""Made-up answers, for those who look at a form or a template that nobody has filled in."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from certificates.fields import Field, Kind
from certificates.form.reading import LANGUAGE_KEY, YES, Answers


class Length(StrEnum):
    SHORTEST = "shortest"
    TYPICAL = "typical"
    LONGEST = "longest"


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
_IN_ENGLISH: Mapping[Kind, str] = {
    Kind.SURNAME: "Lebedeva",
    Kind.GIVEN_NAME: "Anna",
    Kind.PATRONYMIC: "",
    Kind.POSITION: "lecturer",
    Kind.INSTITUTION: "Chaykovsky College of Industrial Technology and Management",
    Kind.TOWN: "Chaykovsky",
    Kind.REGION: "Perm Territory",
    Kind.DEGREE: "Candidate of Pedagogical Sciences",
    Kind.TITLE: "Hands-on Training at a Working Substation",
    Kind.TEXT: "first-degree diploma",
}
_SHORTEST: Mapping[Kind, str] = {
    Kind.SURNAME: "Ли",
    Kind.GIVEN_NAME: "Ян",
    Kind.FULL_NAME: "Ли Ян",
    Kind.LATIN_NAME: "Jan Li",
    Kind.DATIVE_NAME: "Ли Яну",
    Kind.POSITION: "врач",
    Kind.INSTITUTION: "МГУ",
    Kind.TITLE: "О слове",
    Kind.URL: "https://vk.com/a",
    Kind.TEXT: "да",
}
_LONGEST: Mapping[Kind, str] = {
    Kind.SURNAME: "Константинопольская-Преображенская",
    Kind.GIVEN_NAME: "Александра",
    Kind.PATRONYMIC: "Владиславовна-Вячеславовна",
    Kind.FULL_NAME: "Константинопольская-Преображенская Александра Владиславовна-Вячеславовна",
    Kind.LATIN_NAME: "Aleksandra Vladislavovna-Vyacheslavovna Konstantinopolskaya-Preobrazhenskaya",
    Kind.DATIVE_NAME: "Константинопольской-Преображенской Александре Владиславовне-Вячеславовне",
    Kind.POSITION: (
        "заместитель директора по учебно-производственной работе, преподаватель высшей "
        "квалификационной категории"
    ),
    # Three hundred letters and more, as charters have them.
    Kind.INSTITUTION: (
        "Государственное бюджетное профессиональное образовательное учреждение Пермского края "
        "«Чайковский техникум промышленных технологий и управления имени дважды Героя "
        "Социалистического Труда, заслуженного строителя Российской Федерации, первого директора "
        "Воткинской гидроэлектростанции Петра Фёдоровича Щербакова-Новосельского»"
    ),
    Kind.TITLE: (
        "Итоговые защиты кластеров федерального проекта «Профессионалитет»: опыт "
        "топливно-энергетического кластера Пермского края в подготовке кадров для предприятий "
        "электросетевого комплекса и перспективы его распространения на другие отрасли "
        "промышленности региона"
    ),
    Kind.URL: (
        "https://vesti.example/materialy/2026/11/itogovye-zashchity-klasterov-federalnogo-proekta-"
        "professionalitet-opyt-toplivno-energeticheskogo-klastera-permskogo-kraya"
    ),
    Kind.TEXT: "диплом первой степени в номинации «Лучший методический материал»",
}


def answers(
    fields: Sequence[Field], length: Length = Length.TYPICAL, language: str = "ru"
) -> Answers:
    """In Russian unless typical ones are asked for in English: most names are Russian anyway."""
    return {
        field.key: _sample(field, length, language)[: field.longest]
        for field in fields
        if field.key != LANGUAGE_KEY and (field.required or length is not Length.SHORTEST)
    }


def _sample(field: Field, length: Length, language: str) -> str:
    if field.kind is Kind.CHOICE:
        longest_first = sorted(field.choices, key=len, reverse=True) or [""]
        of_length = {Length.SHORTEST: longest_first[-1], Length.LONGEST: longest_first[0]}
        return of_length.get(length) or next(iter(field.choices), "")
    typical = _IN_ENGLISH if language == "en" else _SAMPLES
    asked = {Length.SHORTEST: _SHORTEST, Length.TYPICAL: typical, Length.LONGEST: _LONGEST}[length]
    return asked.get(field.kind, _SAMPLES.get(field.kind, ""))
