"""The demo's comments under the first article."""

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from comments.actions import Decision, DecisionKind, decide, post_comment
from comments.models import Comment, Thread
from comments.page_urls import CommentedPage
from comments.permissions import find_thread
from comments.states import State
from core.models import Site
from demo.articles import ARTICLES
from demo.people import EDITOR, READER, SECOND_READER, DemoPerson

FIRST = (
    "Была на защите в Калуге как слушатель. От Перми запомнилось, что показывали не слайды, а "
    "журнал практики: кто из студентов на какой подстанции был и чему научился."
)
QUESTION = (
    "А сколько выпускников кластера в итоге остались работать в регионе? В статье сказано только о "
    "приглашениях."
)
ANSWER = (
    "На защите называли долю по прошлому выпуску, но без разбивки по предприятиям. Надеюсь, "
    "**итоги года** опубликуют полностью."
)
THANKS = "Спасибо, буду ждать. Важно, чтобы считали тех, кто проработал хотя бы год."


def load(site: Site) -> None:
    article = ARTICLES[0]
    if Thread.objects.filter(site=site, key=article.key).exists():
        return
    url = f"{settings.BASE_URL}{reverse('demo:article', args=[article.slug])}"
    page = CommentedPage(title=article.title_ru, url=url)
    _say(find_thread(site.slug, article.key), READER, FIRST, page=page)
    thread = find_thread(site.slug, article.key)
    question = _say(thread, SECOND_READER, QUESTION)
    answer = _say(thread, READER, ANSWER, parent=question)
    _say(thread, SECOND_READER, THANKS, parent=answer)


def _say(
    thread: Thread,
    person: DemoPerson,
    text: str,
    *,
    page: CommentedPage | None = None,
    parent: Comment | None = None,
) -> Comment:
    comment = post_comment(
        author=_account(person),
        thread=thread,
        text=text,
        page=page,
        parent_id=parent.pk if parent else None,
    )
    # Newcomers wait for an editor here as everywhere.
    if comment.state == State.HELD:
        decide(comment=comment, decision=Decision(DecisionKind.APPROVE), editor=_account(EDITOR))
    return comment


def _account(person: DemoPerson) -> User:
    return User.objects.get(email=person.email)
