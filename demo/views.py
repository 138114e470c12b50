from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from core.web.http import HttpRequest
from demo import emails
from demo.articles import ARTICLES, find_article
from demo.people import PASSWORD, PEOPLE


@require_safe
def front_page(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "demo/front_page.html",
        {"articles": ARTICLES, "people": PEOPLE, "password": PASSWORD},
    )


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    chosen = find_article(slug)
    if chosen is None:
        raise Http404
    language = get_language() or "ru"
    context = {
        "article": chosen,
        "body": chosen.body_template(language),
        "registered_body": chosen.body_template(language, part=".registered"),
        "url": request.build_absolute_uri(request.path),
    }
    return render(request, "demo/article.html", context)


@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    address = request.GET.get("to", "").strip().lower()
    newest = emails.newest(address=address)
    return render(request, "demo/mailbox.html", {"emails": newest, "address": address})


@require_safe
def email(request: HttpRequest, name: str) -> HttpResponse:
    stored = emails.read(name)
    if stored is None:
        raise Http404
    return render(request, "demo/email.html", {"email": stored})


@require_safe
# The page of the e-mail shows it in a frame.
@xframe_options_sameorigin
def email_html(_request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part alone, as a mail program would show it: no scripts, nothing from elsewhere."""
    stored = emails.read(name)
    if stored is None or not stored.html:
        raise Http404
    answer = HttpResponse(stored.html)
    answer.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
    )
    return answer
