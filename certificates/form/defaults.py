"""The programmes that a new site has, with their forms and templates."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certificates.fields import Field, FieldKind
from certificates.form.reading import LANGUAGE_KEY, LANGUAGES


@dataclass(frozen=True, slots=True)
class DefaultProgramme:
    slug: str
    title_ru: str
    title_en: str
    summary_ru: str
    summary_en: str
    statement_ru: str
    statement_en: str
    template: str
    number_prefix: str
    fields: tuple[Field, ...]


_PERSON = (
    Field("surname", FieldKind.SURNAME, "Фамилия", "Surname"),
    Field("given_name", FieldKind.GIVEN_NAME, "Имя", "Given name"),
    Field("patronymic", FieldKind.PATRONYMIC, "Отчество", "Patronymic"),
)
_WORK = (
    Field(
        "position",
        FieldKind.POSITION,
        "Должность",
        "Position",
        "Как в трудовой книжке: учитель математики, методист.",
        "As in your employment record: mathematics teacher, methodologist.",
    ),
    Field(
        "institution",
        FieldKind.INSTITUTION,
        "Место работы",
        "Place of work",
        "Полное название учреждения, как в его уставе.",
        "The full name of the institution, as in its charter.",
    ),
)
_EMAIL = Field(
    "email",
    FieldKind.EMAIL,
    "Электронная почта",
    "E-mail",
    "Сюда придёт письмо со ссылкой на документ.",
    "The e-mail with the link to the document will come here.",
)

PUBLICATION = DefaultProgramme(
    slug="publication",
    title_ru="Свидетельство о публикации",
    title_en="Certificate of Publication",
    summary_ru="Для авторов материалов, опубликованных в нашем издании.",
    summary_en="For authors of materials published in our outlet.",
    statement_ru="опубликовал(а) в сетевом издании материал",
    statement_en="has published a material in the online outlet",
    template="publication",
    # Letters that both alphabets have, so that a number can be typed in either.
    number_prefix="CB",
    fields=(
        *_PERSON,
        *_WORK,
        Field("title", FieldKind.TITLE, "Название материала", "Title of the material"),
        Field(
            "url",
            FieldKind.URL,
            "Ссылка на публикацию",
            "Link to the publication",
            "Адрес страницы с вашим материалом.",
            "The address of the page with your material.",
        ),
        Field(
            "co_authors",
            FieldKind.CO_AUTHORS,
            "Соавторы",
            "Co-authors",
            "По одному в строке: фамилия, имя, отчество. Каждый получит своё свидетельство.",
            "One a line: surname, given name, patronymic. Each gets a certificate of their own.",
            required=False,
        ),
        _EMAIL,
    ),
)

PARTICIPATION = DefaultProgramme(
    slug="participation",
    title_ru="Сертификат участника",
    title_en="Certificate of Participation",
    summary_ru="Для участников конкурсов, конференций и семинаров.",
    summary_en="For those who took part in contests, conferences and seminars.",
    statement_ru="принял(а) участие в мероприятии",
    statement_en="took part in the event",
    template="participation",
    number_prefix="CT",
    fields=(
        *_PERSON,
        Field(
            "latin_name",
            FieldKind.LATIN_NAME,
            "Имя латинскими буквами",
            "Name in Latin letters",
            "Для документа на английском: как в загранпаспорте.",
            "For a document in English: as in your passport.",
            required=False,
        ),
        Field("degree", FieldKind.DEGREE, "Учёная степень", "Academic degree", required=False),
        *_WORK,
        Field("town", FieldKind.TOWN, "Населённый пункт", "Town", required=False),
        Field("region", FieldKind.REGION, "Регион", "Region", required=False),
        Field("event", FieldKind.TITLE, "Название мероприятия", "Title of the event"),
        Field("held_on", FieldKind.DATE, "Дата проведения", "Date of the event"),
        Field(
            "form_of_participation",
            FieldKind.CHOICE,
            "Форма участия",
            "Form of participation",
            choices=("очная", "заочная", "дистанционная"),
            choices_en=("in person", "by correspondence", "online"),
        ),
        Field("result", FieldKind.TEXT, "Результат", "Result", required=False, max_length=200),
        Field(
            LANGUAGE_KEY,
            FieldKind.CHOICE,
            "Язык документа",
            "Language of the document",
            required=False,
            choices=tuple(LANGUAGES),
            choices_en=("Russian", "English"),
        ),
        Field("supervisor", FieldKind.FULL_NAME, "Руководитель", "Supervisor", required=False),
        _EMAIL,
    ),
)

DEFAULT_PROGRAMMES = (PUBLICATION, PARTICIPATION)


@dataclass(frozen=True, slots=True)
class DefaultTemplate:
    """The names of a template that `certificates.rendering.starter` has under the same code."""

    name_ru: str
    name_en: str
    name: Promise


DEFAULT_TEMPLATES: Mapping[str, DefaultTemplate] = {
    "publication": DefaultTemplate(
        "Альбомный, с розетками по углам",
        "Landscape, with rosettes",
        _("Landscape, with rosettes"),
    ),
    "participation": DefaultTemplate(
        "Книжный, с лентами", "Portrait, with bands", _("Portrait, with bands")
    ),
}
