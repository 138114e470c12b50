"""Steps in a discussion, through the widget and through actions."""

from accounts.models import User
from comments.actions import Decision, DecisionKind, decide, post_comment
from comments.models import Thread
from comments.page_urls import CommentedPage
from comments.permissions import find_thread
from core.models import Site
from demo.people import EDITOR, PASSWORD, READER

FIELD = "Ваш комментарий"
SEND = "Отправить"


def account(person):
    return User.objects.get(email=person.email)


def say(key, text, *, by=READER, parent=None):
    """Post it past the widget, and have an editor publish it."""
    thread = find_thread("vesti", key)
    page = None if thread.pk else CommentedPage(title=f"Материал {key}", url="")
    parent_id = parent.pk if parent else None
    author = account(by)
    comment = post_comment(author=author, thread=thread, text=text, page=page, parent_id=parent_id)
    if comment.state == "held":
        comment = decide(
            comment=comment, decision=Decision(DecisionKind.APPROVE), editor=account(EDITOR)
        )
    return comment


def opened(key, **fields):
    """A discussion that the publication has set up."""
    return Thread.objects.create(
        site=Site.objects.get(), key=key, title=f"Материал {key}", url="", **fields
    )


def article(page, text):
    return page.locator("article", has_text=text).last


def send(page, text):
    page.get_by_label(FIELD).fill(text)
    page.get_by_role("button", name=SEND).click()


def fill_in_sign_in(window, person=READER):
    window.locator("input[name=login]").fill(person.email)
    window.locator("input[name=password]").fill(PASSWORD)
    window.locator("main form button:not([type=button])").first.click()


def sign_in_by_window(page, opener, person=READER):
    """Press what opens the sign-in window, and sign in there."""
    with page.context.expect_page() as windows:
        opener.click()
    window = windows.value
    with window.expect_event("close"):
        fill_in_sign_in(window, person)
