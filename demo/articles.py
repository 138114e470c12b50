"""The materials of the demo publication. Their bodies are templates, one for each language."""

from dataclasses import dataclass
from datetime import date

from core.languages import Localized


@dataclass(frozen=True)
class Article:
    slug: str
    published_on: date
    title_ru: str
    title_en: str
    lede_ru: str
    lede_en: str
    has_registered_part: bool = False
    title = Localized()
    lede = Localized()

    @property
    def key(self) -> str:
        """The thread's key, independent of the URL."""
        return f"article-{self.slug}"

    def body_template(self, language: str, *, part: str = "") -> str:
        return f"demo/bodies/{self.slug}{part}.{'en' if language.startswith('en') else 'ru'}.html"


ARTICLES = (
    Article(
        slug="professionalitet-kaluga",
        published_on=date(2024, 12, 12),
        title_ru="В Калуге защитили проекты 150 кластеров «Профессионалитета»",
        title_en="150 clusters of Professionalitet defended their projects in Kaluga",
        lede_ru=(
            "Два дня комиссия слушала тех, кто за год собрал колледжи и предприятия в одну "
            "команду. Топливно-энергетический кластер Пермского края получил высокую оценку."
        ),
        lede_en=(
            "For two days the commission heard those who spent the year making one team of "
            "colleges and companies. The fuel and energy cluster of Perm Krai was rated highly."
        ),
        has_registered_part=True,
    ),
    Article(
        slug="kak-my-obsuzhdaem",
        published_on=date(2024, 11, 5),
        title_ru="Как мы обсуждаем материалы и куда писать о наших ошибках",
        title_en="How we discuss our articles, and where to write about our mistakes",
        lede_ru="Комментарии — для фактов и мнений по теме. О работе редакции пишите на почту.",
        lede_en="Comments are for facts and opinions. About our own work, send us an e-mail.",
    ),
)


def find_article(slug: str) -> Article | None:
    return next((article for article in ARTICLES if article.slug == slug), None)
