"""A publication's page with a discussion under it."""

from django.http import HttpResponse
from django.template import engines
from django.urls import path

from config.urls import urlpatterns as whole

_PAGE = engines["django"].from_string(
    "{% load comments %}{% comment_thread key=key title='Статья' url=url %}"
)


def page(request, key):
    return HttpResponse(
        _PAGE.render({"key": key, "url": request.build_absolute_uri(request.path)}, request)
    )


urlpatterns = [path("page/<str:key>/", page), *whole]
