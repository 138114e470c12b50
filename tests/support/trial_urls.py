"""A page with one of everything that the shared scripts do."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.urls import path
from django.utils import timezone

from config.urls import urlpatterns as project
from core.errors import Conflict

PAGE = """{% extends "base.html" %}
{% block title %}Проба{% endblock %}
{% block content %}
  <h1>Проба</h1>
  <p><time datetime="{{ moment|date:'c' }}" data-relative>полная дата</time></p>
  <form id="live" hx-post="/trial/" hx-target="#answer">
    <textarea name="text" aria-label="Живой текст" data-draft-key="live"></textarea>
    <button class="button">Послать</button>
  </form>
  <p id="answer"></p>
  <form id="plain" action="/trial/plain/" method="post" data-confirm="Удалить навсегда?">
    {% csrf_token %}
    <textarea name="text" aria-label="Простой текст" data-draft-key="plain"></textarea>
    <button class="button">Удалить</button>
  </form>
{% endblock %}"""


def trial(request):
    if request.method == "GET":
        moment = timezone.now() - timedelta(minutes=7)
        return HttpResponse(engines["django"].from_string(PAGE).render({"moment": moment}, request))
    if request.POST["text"] == "поздно":
        raise Conflict("Другой редактор уже решил.")
    return HttpResponse("Принято")


def plain(request):
    messages.success(request, "Готово.", extra_tags="draft-done:plain")
    return redirect("/trial/")


urlpatterns = [path("trial/", trial), path("trial/plain/", plain), *project]
