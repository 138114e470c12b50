"""What `make screenshots` shows: one line for a page."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from certificates.models import Application, Certificate
from comments.models import Comment, Complaint
from demo.articles import ARTICLES
from demo.people import ADMINISTRATOR, EDITOR, READER, REGISTRAR, DemoPerson

ARTICLE = f"/articles/{ARTICLES[0].slug}/"


@dataclass(frozen=True, slots=True)
class Places:
    """Where the things are that pages are about. `home` is a page of another origin."""

    home: str
    published: Comment
    held: Comment
    others: Comment
    application: Application
    certificate: Certificate
    complaint: Complaint


@dataclass(frozen=True, slots=True)
class Shot:
    """`act` is what one does on the page before the picture is taken.

    On a plain one the widget does not load.
    """

    name: str
    address: str | Callable[[Places], str]
    person: DemoPerson | None = None
    act: Callable[[Page], None] | None = None
    is_plain: bool = False


def _refused(page: Page) -> None:
    page.locator("#composer textarea").fill("Слишком длинно, но по делу. " * 150)
    page.locator("#composer .button--primary").click()
    expect(page.locator(".error-summary")).to_be_visible()


def _offered(page: Page) -> None:
    page.locator("#composer textarea").fill("В вашей статье ошибка: кластеров 142.")
    page.locator("#composer .button--primary").click()
    expect(page.locator("[name=anyway]")).to_be_attached()


def _loaded(page: Page) -> None:
    expect(page.locator("otklik-comments article").first).to_be_visible()


def _rules_open(page: Page) -> None:
    _loaded(page)
    page.locator("otklik-comments .note button").first.click()


def _answering(page: Page) -> None:
    _loaded(page)
    others = page.locator("article.comment:has([aria-expanded])").first
    others.locator("[aria-expanded]").click()
    others.locator("footer button").nth(2).click()
    answer = page.locator("otklik-comments li .composer textarea").first
    answer.fill("Согласна, но есть и другие данные")


def _reporting(page: Page) -> None:
    _loaded(page)
    others = page.locator("article.comment:has([aria-expanded])").first
    others.locator("[aria-expanded]").click()
    others.locator(".further button").first.click()
    expect(page.locator("otklik-comments dialog")).to_be_visible()


def _writing_to_editors(page: Page) -> None:
    _loaded(page)
    page.locator("otklik-comments .note button").last.click()
    expect(page.locator("otklik-comments dialog")).to_be_visible()


def _notices_open(page: Page) -> None:
    _loaded(page)
    page.locator("otklik-comments button.bell").click()
    expect(page.locator("otklik-comments dialog")).to_be_visible()


SHOTS = [
    # For everybody
    Shot("front", "/"),
    Shot("article", ARTICLE, act=_loaded),
    Shot("article-without-scripts", ARTICLE, is_plain=True),
    Shot("article-empty", f"/articles/{ARTICLES[1].slug}/"),
    Shot("thread", lambda here: f"/threads/?site=vesti&key={ARTICLES[0].key}"),
    Shot("rules", "/rules/"),
    Shot("not-found", "/none/"),
    Shot("widget", lambda here: here.home, act=_loaded),
    Shot("widget-rules", lambda here: here.home, act=_rules_open),
    Shot("widget-letter", lambda here: here.home, act=_writing_to_editors),
    Shot("complaint", "/complaints/"),
    Shot("sign-in-window", lambda here: f"/threads/sign-in/?site=vesti&origin={here.home}"),
    Shot("login", "/accounts/login/"),
    Shot("login-code", "/accounts/login/code/"),
    Shot("signup", "/accounts/signup/"),
    Shot("password-reset", "/accounts/password/reset/"),
    Shot("programmes", "/programmes/"),
    Shot("programme", "/programmes/publication/"),
    Shot("retrieval", "/certificates/retrieval/"),
    Shot("verify", "/verify/"),
    Shot("verify-unknown", "/verify/?number=ВО-2024-00000"),
    Shot("verdict", lambda here: f"/v/{here.certificate.code}/"),
    # For a reader
    Shot("reader-article", ARTICLE, READER, _loaded),
    Shot("reader-answering", ARTICLE, READER, _answering),
    Shot("reader-reporting", ARTICLE, READER, _reporting),
    Shot("reader-bell", ARTICLE, READER, _notices_open),
    Shot("reader-without-scripts", ARTICLE, READER, is_plain=True),
    Shot(
        "reader-reply",
        lambda here: f"{ARTICLE}?reply={here.published.pk}#composer",
        READER,
        is_plain=True,
    ),
    Shot("reader-refused", ARTICLE, READER, _refused, is_plain=True),
    Shot("reader-offered", ARTICLE, READER, _offered, is_plain=True),
    Shot("reader-report", lambda here: f"/threads/comments/{here.others.pk}/report/", READER),
    Shot("reader-reports", "/reports/", READER),
    Shot("reader-comments", "/threads/mine/", READER),
    Shot("reader-complaints", "/complaints/mine/", READER),
    Shot("reader-notices", "/notices/", READER),
    Shot("reader-notice-settings", "/notices/settings/", READER),
    Shot("reader-muted", "/muted/", READER),
    Shot("reader-edit", lambda here: f"/threads/comments/{here.held.pk}/edit/", READER),
    Shot("reader-withdraw", lambda here: f"/threads/comments/{here.held.pk}/withdraw/", READER),
    Shot("reader-report", lambda here: f"/threads/comments/{here.published.pk}/report/", READER),
    Shot("reader-comments", "/threads/mine/", READER),
    Shot("reader-reports", "/reports/", READER),
    Shot("complaint", "/complaints/", READER),
    Shot("reader-complaints", "/complaints/mine/", READER),
    Shot(
        "reader-signed-in", lambda here: f"/threads/sign-in/?site=vesti&origin={here.home}", READER
    ),
    Shot("reader-profile", "/accounts/profile/", READER),
    Shot("reader-email", "/accounts/email/", READER),
    Shot("reader-password", "/accounts/password/change/", READER),
    Shot("reader-two-step", "/accounts/2fa/", READER),
    Shot("reader-connections", "/accounts/3rdparty/", READER),
    Shot("reader-sessions", "/accounts/sessions/", READER),
    Shot("reader-history", "/accounts/history/", READER),
    Shot("reader-consents", "/accounts/consents/", READER),
    Shot("reader-data", "/accounts/data/", READER),
    Shot("reader-logout", "/accounts/logout/", READER),
    Shot("reader-programme", "/programmes/publication/", READER),
    Shot("reader-applications", "/applications/", READER),
    Shot("reader-application", lambda here: f"/applications/{here.application.pk}/", READER),
    Shot("reader-certificates", "/certificates/", READER),
    Shot("reader-certificate", lambda here: f"/certificates/{here.certificate.number}/", READER),
    # For an editor
    Shot("desk", "/desk/", EDITOR),
    Shot("desk-published", "/desk/?queue=published", EDITOR),
    Shot("desk-numbers", "/desk/numbers/", EDITOR),
    Shot("desk-threads", "/desk/threads/", EDITOR),
    Shot("desk-thread", lambda here: f"/desk/threads/{here.published.thread_id}/", EDITOR),
    Shot("desk-rulebook", "/desk/rulebook/", EDITOR),
    Shot("desk-rulebook-draft", "/desk/rulebook/draft/", EDITOR),
    Shot("desk-rulebook-version", "/desk/rulebook/versions/1/", EDITOR),
    Shot("desk-words", "/desk/words/", EDITOR),
    Shot("desk-words-new", "/desk/words/new/", EDITOR),
    Shot("desk-comment", lambda here: f"/desk/comments/{here.held.pk}/", EDITOR),
    Shot("desk-person", lambda here: f"/desk/people/{here.held.author_id}/", EDITOR),
    Shot("desk-search", "/desk/?queue=newest&words=слон", EDITOR),
    Shot("desk-bulk", lambda here: f"/desk/bulk/?comment={here.held.pk}", EDITOR),
    Shot("desk-threads", "/desk/threads/", EDITOR),
    Shot("desk-thread", lambda here: f"/desk/threads/{here.held.thread_id}/", EDITOR),
    Shot("desk-rulebook", "/desk/rulebook/", EDITOR),
    Shot("desk-rulebook-draft", "/desk/rulebook/draft/", EDITOR),
    Shot("desk-rulebook-version", "/desk/rulebook/versions/1/", EDITOR),
    Shot("desk-words", "/desk/words/", EDITOR),
    Shot("desk-word-list", "/desk/words/lists/suspect-ru/", EDITOR),
    Shot("desk-sanctions", "/desk/sanctions/", EDITOR),
    Shot("desk-complaints", "/desk/complaints/", EDITOR),
    Shot("desk-complaint", lambda here: f"/desk/complaints/{here.complaint.pk}/", EDITOR),
    Shot("desk-appeals", "/desk/appeals/", EDITOR),
    Shot("desk-numbers", "/desk/numbers/", EDITOR),
    # For a registrar
    Shot("registrar", "/registrar/", REGISTRAR),
    Shot("registrar-approved", "/registrar/approved/", REGISTRAR),
    Shot(
        "registrar-application",
        lambda here: f"/registrar/applications/{here.application.pk}/",
        REGISTRAR,
    ),
    Shot("register", "/registrar/certificates/", REGISTRAR),
    Shot(
        "register-entry",
        lambda here: f"/registrar/certificates/{here.certificate.number}/",
        REGISTRAR,
    ),
    Shot("registrar-programmes", "/registrar/programmes/", REGISTRAR),
    Shot("registrar-programme-new", "/registrar/programmes/new/", REGISTRAR),
    Shot("registrar-programme", "/registrar/programmes/publication/", REGISTRAR),
    Shot("registrar-form", "/registrar/programmes/publication/form/", REGISTRAR),
    Shot("registrar-imports", "/registrar/imports/", REGISTRAR),
    # For an administrator
    Shot("staff", "/accounts/staff/", ADMINISTRATOR),
    Shot("webhooks", "/webhooks/", ADMINISTRATOR),
]
