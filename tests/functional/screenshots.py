"""`make screenshots`: no test of anything, so its name keeps it out of the others."""

from itertools import product

import pytest

from comments.models import Comment
from config.embedded import valkey
from core.models import Site
from demo.articles import ARTICLES
from demo.people import EDITOR, READER, REGISTRAR

from .conftest import ROOT
from .hosting import host_page
from .people import sign_in

PICTURES = ROOT / "var/screenshots"
ARTICLE = f"/articles/{ARTICLES[0].slug}/"
PUBLIC = {
    "front": "/",
    "article": ARTICLE,
    "rules": "/rules/",
    "programmes": "/programmes/",
    "programme": "/programmes/publication/",
    "verify": "/verify/",
    "login": "/accounts/login/",
    "signup": "/accounts/signup/",
}
LOOKS = list(product(["ru-RU", "en-US"], ["light", "dark"], [360, 1280]))


@pytest.fixture(params=LOOKS, ids=lambda look: "-".join(map(str, look)))
def look(request, open_browser):
    """A browser of one language, theme and width, and the name of a picture in it."""
    language, theme, width = request.param
    page = open_browser(
        locale=language, color_scheme=theme, viewport={"width": width, "height": 900}
    )
    PICTURES.mkdir(parents=True, exist_ok=True)

    def take(name, address):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        picture = PICTURES / f"{name}-{language[:2]}-{theme}-{width}.png"
        page.screenshot(path=picture, full_page=True)

    take.page, take.language = page, language[:2]
    return take


def test_public_pages(look):
    for name, address in PUBLIC.items():
        look(name, address)


def test_widget(look, stack):
    port = valkey.free_port()
    Site.objects.update(origins=[stack.url, f"http://127.0.0.1:{port}"])
    with host_page(stack.url, key=ARTICLES[0].key, port=port, language=look.language) as home:
        look("widget", home)


def test_pages_of_a_reader(look):
    comment = Comment.objects.filter(state="published").first()
    sign_in(look.page, READER)
    look("article-reader", ARTICLE)
    look("reply", f"{ARTICLE}?reply={comment.pk}&comment={comment.pk}")
    look("withdraw", f"/threads/comments/{comment.pk}/withdraw/")


def test_pages_of_an_editor(look):
    comment = Comment.objects.filter(state="published").first()
    sign_in(look.page, EDITOR)
    look("desk", "/desk/")
    look("desk-published", "/desk/?queue=published")
    look("desk-comment", f"/desk/comments/{comment.pk}/")
    look("desk-person", f"/desk/people/{comment.author_id}/")


def test_pages_of_a_registrar(look):
    sign_in(look.page, REGISTRAR)
    look("registrar", "/registrar/")
