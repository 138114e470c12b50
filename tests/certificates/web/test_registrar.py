import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions import grant_role
from accounts.models import Role
from certificates.applications import review
from certificates.applications.risks import weight
from certificates.models import (
    Application,
    Certificate,
    CertificateEvent,
    Confirmation,
    Import,
    Programme,
)
from certificates.register.erasure import erase_holder
from certificates.rendering import DoesNotFit
from certificates.states import ApplicationStatus
from tests.support.tables import row, xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(registrar, sign_in):
    return sign_in(registrar)


@pytest.fixture
def waiting(by_hand, submitted):
    return submitted


def decide(client, application, decision, **more):
    return client.post(
        f"/registrar/applications/{application.pk}/decision/",
        {"decision": decision, "expected": "submitted", **more},
    )


def test_nothing_is_issued_before_the_registrar_decides(waiting):
    assert waiting.status == ApplicationStatus.SUBMITTED
    assert not Certificate.objects.exists()


SECTIONS = {
    "": "Заявки",
    "returned/": "Заявки",
    "certificates/": "Реестр",
    "imports/": "Таблицы",
    "programmes/": "Программы",
    "programmes/new/": "Программы",
    "programmes/publication/form/": "Программы",
    "templates/": "Шаблоны",
}


def test_every_page_says_which_section_is_open(desk, programme):
    opened = {}
    for path in SECTIONS:
        shown = desk.get(f"/registrar/{path}").content.decode()
        navigation = shown.split('class="section-nav"')[1].split("</nav>")[0]
        opened[path] = re.findall(r'aria-current="(page|true)">(.*?)<', navigation)
    roots = {"", "certificates/", "imports/", "programmes/", "templates/"}
    assert opened == {
        path: [("page" if path in roots else "true", label)] for path, label in SECTIONS.items()
    }


def test_only_registrars_see_the_queue(client, page, desk, waiting):
    assert "Иванова Мария Петровна" in desk.get("/registrar/").content.decode()
    assert page.get("/registrar/").status_code == 403
    assert client.get("/registrar/").url.startswith("/accounts/login/")


def test_editor_cannot_see_the_queue(waiting, stranger, site, sign_in):
    grant_role(user=stranger, site=site, name=Role.Name.EDITOR, actor=None)
    decide(sign_in(stranger), waiting, "approve")
    waiting.refresh_from_db()
    assert waiting.status == ApplicationStatus.SUBMITTED


def test_approved_application_is_issued(desk, registrar, waiting, deliver, sent_emails):
    decide(desk, waiting, "approve")
    deliver()
    assert Certificate.objects.get().mailed_at
    event = CertificateEvent.objects.get(action="application.approved")
    assert event.actor == registrar
    _receipt, document = sent_emails
    assert "/document/" in document.body


def test_the_applicant_cannot_approve(page, waiting):
    assert decide(page, waiting, "approve").status_code == 403


def test_application_is_returned_with_a_note_to_a_question(
    page, desk, waiting, deliver, sent_emails
):
    decide(desk, waiting, "return", question="title", note="Название без кавычек")
    deliver()
    assert "Название без кавычек" in sent_emails[-1].body
    form = page.get(f"/applications/{waiting.pk}/edit/").content.decode()
    beside = form.split('id="messages-title"')[1].split("</div>")[0]
    assert "Название без кавычек" in beside


def test_returning_needs_a_note(desk, waiting):
    answer = decide(desk, waiting, "return", note="  ")
    assert "Напишите заявителю, что не так" in answer.content.decode()
    waiting.refresh_from_db()
    assert waiting.status == ApplicationStatus.SUBMITTED


def test_earlier_confirmation_is_shown_for_comparison(page, desk, waiting, confirm):
    decide(desk, waiting, "return", note="Проверьте название")
    page.post(f"/applications/{waiting.pk}/edit/", {"title": "Развитие речи дошкольников"})
    confirm(waiting)
    shown = desk.get(f"/registrar/applications/{waiting.pk}/").content.decode()
    assert old_and_new(shown) == [
        ("Развитие речи <mark>младших </mark>школьников", "Развитие речи <mark>до</mark>школьников")
    ]
    assert "Название материала" in shown.split("<del")[0].rsplit("<dt", 1)[1]
    assert old_and_new(desk.get("/registrar/").content.decode()) == old_and_new(shown)
    assert Confirmation.objects.count() == 2


def old_and_new(page):
    return re.findall(r"<del[^>]*>(.*?)</del>.*?<ins[^>]*>(.*?)</ins>", page)


def test_correction_is_compared_with_the_certificate_that_it_corrects(
    desk, registrar, certificate, correct
):
    _, correction = correct(certificate, surname="Сидоренко", position="учитель")
    shown = desk.get(f"/registrar/applications/{correction.pk}/").content.decode()
    changes = [("Иванова", "Сидоренко"), ("учитель<mark> математики</mark>", "учитель")]
    assert old_and_new(shown) == changes
    assert f"Отмечены отличия от свидетельства № {certificate.number}." in shown
    row = desk.get("/registrar/").content.decode()
    assert f"Исправление свидетельства № {certificate.number}." in row
    assert old_and_new(row) == changes


def test_correction_that_was_returned_is_compared_with_the_certificate_and_with_itself(
    page, desk, certificate, correct, confirm
):
    _, correction = correct(certificate, surname="Сидоренко", position="учитель")
    once = desk.get(f"/registrar/applications/{correction.pk}/").content.decode()
    assert "возврат" not in once.split("facts")[0]
    decide(desk, correction, "return", note="Проверьте фамилию")
    page.post(f"/applications/{correction.pk}/edit/", {"surname": "Сидорова"})
    confirm(correction)
    since_return = [("Сидор<mark>енк</mark>о", "Сидор<mark>ов</mark>а")]
    against_certificate = [
        ("<mark>Иван</mark>ова", "<mark>Сидор</mark>ова"),
        ("учитель<mark> математики</mark>", "учитель"),
    ]
    shown = desk.get(f"/registrar/applications/{correction.pk}/").content.decode()
    assert len(old_and_new(shown)) == len(since_return + against_certificate)
    assert old_and_new(shown)[1:] == against_certificate
    row = desk.get("/registrar/").content.decode()
    assert row.count("Изменено после возврата:") == 1
    assert old_and_new(row)[:-1] == against_certificate


def test_correction_confirmed_again_as_it_was_says_so(page, desk, certificate, correct, confirm):
    _, correction = correct(certificate, surname="Сидоренко")
    decide(desk, correction, "return", note="Проверьте фамилию")
    confirm(correction)
    for url in (f"/registrar/applications/{correction.pk}/", "/registrar/"):
        assert "После возврата ничего не изменено." in desk.get(url).content.decode()


def test_correction_of_an_erased_certificate_compares_nothing(
    desk, registrar, certificate, correct
):
    _, correction = correct(certificate, surname="Сидоренко")
    erase_holder(certificate=certificate, actor=registrar)
    shown = desk.get(f"/registrar/applications/{correction.pk}/")
    assert shown.status_code == 200
    assert "Иванова" not in shown.content.decode()


def test_a_stale_decision_is_refused(desk, waiting):
    decide(desk, waiting, "reject", note="Нет публикации")
    answer = decide(desk, waiting, "approve")
    assert answer.status_code == 409
    waiting.refresh_from_db()
    assert waiting.status == ApplicationStatus.REJECTED


@pytest.fixture
def queued(waiting, by_hand):
    """Put an application with these answers into the queue."""

    def run(programme=by_hand, corrects=None, risks=(), **answers):
        return Application.objects.create(
            programme=programme,
            form=programme.forms.newest(),
            applicant=waiting.applicant,
            status=ApplicationStatus.SUBMITTED,
            answers=waiting.answers | answers,
            corrects=corrects,
            risk_reasons=list(risks),
            risk=weight(risks),
            confirmed_at=waiting.confirmed_at,
        )

    return run


def decide_many(client, decision, query="", **more):
    return client.post(f"/registrar/decisions/{query}", {"decision": decision, **more})


def after(answer, client):
    """The sentence on the page that follows."""
    return client.get(answer.url).content.decode()


def test_registrar_approves_many_at_once(desk, waiting, deliver):
    answer = decide_many(desk, "approve", application=[waiting.pk, 999_999])
    deliver()
    assert Certificate.objects.count() == 1
    said = after(answer, desk)
    assert "Одобрена 1 заявка." in said
    assert "Остальные не помещаются на документ" in said


def test_registrar_returns_and_rejects_many_with_one_note(desk, queued, deliver, sent_emails):
    returned = [queued(title="Урок"), queued(title="Доклад")]
    refused = decide_many(desk, "return", application=[one.pk for one in returned], note=" ")
    assert refused.status_code == 422
    assert "Напишите заявителю, что не так" in refused.content.decode()
    assert refused.content.decode().count(" checked>") == len(returned)
    ids = [one.pk for one in returned]
    assert "Возвращены 2 заявки." in after(
        decide_many(desk, "return", application=ids, note="Нет ссылки"), desk
    )
    deliver()
    assert sum("Нет ссылки" in email.body for email in sent_emails) == 2
    assert decide_many(desk, "reject", application=[queued().pk], note="Нет публикации")
    assert Application.objects.filter(status="returned", note="Нет ссылки").count() == 2
    assert Application.objects.get(status="rejected").note == "Нет публикации"


@pytest.fixture
def three_at_once(monkeypatch):
    monkeypatch.setattr("certificates.applications.review.MOST_AT_ONCE", 3)


def seen_at(shown):
    return shown.context["choice"].seen_at


def test_all_that_the_filters_find_are_decided_in_portions(desk, queued, three_at_once):
    for number in range(4):
        queued(title=f"Чтение {number}")
    query = "?q=Чтение"
    shown = desk.get(f"/registrar/{query}")
    assert "Выбрать все: 4 заявки" in shown.content.decode()
    assert "не больше чем по 3 заявкам" in shown.content.decode()
    assert "Одобрить первые 3 из 4?" in shown.content.decode()
    later = queued(title="Чтение позже")
    later.confirmed_at = timezone.now()
    later.save(update_fields=["confirmed_at"])
    answer = decide_many(desk, "approve", query, everything="1", seen_at=seen_at(shown))
    assert answer.url == "/registrar/?q=%D0%A7%D1%82%D0%B5%D0%BD%D0%B8%D0%B5"
    rest = desk.get(answer.url)
    page = rest.content.decode()
    assert "Одобрены 3 заявки." in page
    assert "Из выбранных ждёт ещё 1: она уже отмечена ниже." in page
    assert "Выбрать все: 1 заявка" in page
    assert "не больше чем по" not in page
    # "Choose all" and its one row; the application that came later is not chosen.
    assert page.count(" checked>") == 2
    decide_many(desk, "approve", query, everything="1", seen_at=seen_at(rest))
    left = Application.objects.filter(status="submitted").values_list("answers__title", flat=True)
    assert sorted(left) == ["Развитие речи младших школьников", "Чтение позже"]


def test_note_of_a_portion_stays_for_the_next_one(desk, queued, three_at_once):
    for number in range(4):
        queued(title=f"Чтение {number}")
    shown = desk.get("/registrar/?q=Чтение")
    answer = decide_many(
        desk, "return", "?q=Чтение", everything="1", seen_at=seen_at(shown), note="Нет ссылки"
    )
    assert ">Нет ссылки</textarea>" in after(answer, desk)
    assert ">Нет ссылки</textarea>" not in after(answer, desk)


def test_rest_of_one_list_is_not_chosen_in_another(desk, queued, three_at_once):
    for number in range(4):
        queued(title=f"Чтение {number}")
    shown = desk.get("/registrar/?q=Чтение")
    decide_many(desk, "approve", "?q=Чтение", everything="1", seen_at=seen_at(shown))
    assert " checked>" not in desk.get("/registrar/").content.decode()


def test_applications_that_do_not_fit_let_the_others_pass(desk, queued, three_at_once, monkeypatch):
    unfit = {queued(title=f"Чтение {number}").pk for number in range(3)}
    last = queued(title="Чтение последнее")
    real = review.fit.unfit
    monkeypatch.setattr(
        "certificates.applications.review.fit.unfit",
        lambda one: DoesNotFit("title") if one.pk in unfit else real(one),
    )
    shown = desk.get("/registrar/?q=Чтение")
    answer = decide_many(desk, "approve", "?q=Чтение", everything="1", seen_at=seen_at(shown))
    rest = desk.get(answer.url)
    assert "Выбрать все: 1 заявка" in rest.content.decode()
    choice = rest.context["choice"]
    decide_many(
        desk, "approve", "?q=Чтение", everything="1", seen_at=choice.seen_at, refused=choice.refused
    )
    last.refresh_from_db()
    assert last.status == ApplicationStatus.APPROVED
    assert Application.objects.filter(pk__in=unfit, status="submitted").count() == 3


@pytest.mark.parametrize("seen_at", ["", "yesterday", "1066-10-14"])
def test_all_are_not_decided_without_the_time_of_the_list(desk, waiting, seen_at):
    answer = decide_many(desk, "approve", everything="1", seen_at=seen_at)
    assert answer.status_code == 422
    assert "Сначала выберите заявки." in answer.content.decode()
    waiting.refresh_from_db()
    assert waiting.status == ApplicationStatus.SUBMITTED


def test_filters_that_no_page_offers_choose_nothing(desk, waiting):
    answer = decide_many(
        desk, "approve", "?risk=unheard", everything="1", seen_at=timezone.now().isoformat()
    )
    assert answer.status_code == 422
    waiting.refresh_from_db()
    assert waiting.status == ApplicationStatus.SUBMITTED


def test_registrar_of_another_publication_decides_nothing(waiting, foreign_registrar, sign_in):
    client = sign_in(foreign_registrar)
    assert decide_many(client, "approve", application=[waiting.pk]).status_code == 403
    waiting.refresh_from_db()
    assert waiting.status == ApplicationStatus.SUBMITTED


def found(desk, query, tab=""):
    rows = desk.get(f"/registrar/{tab}", query).context["applications"]
    return [row.title for row in rows]


def test_queue_is_filtered_by_programme_risk_and_words(desk, queued, site):
    other = Programme.objects.get(slug="participation")
    queued(title="Урок", surname="Семёнова", email="s@example.org", risks=["duplicate"])
    queued(other, title="Олимпиада", event="Олимпиада", risks=["rare_name", "slip_dismissed"])
    own = "Развитие речи младших школьников"
    assert found(desk, {}) == ["Олимпиада", "Урок", own]
    for query, titles in (
        ({"programme": "participation"}, ["Олимпиада"]),
        ({"risk": "duplicate"}, ["Урок"]),
        ({"risk": "slip_dismissed"}, ["Олимпиада"]),
        ({"risk": "none"}, [own]),
        ({"q": "семенова мария"}, ["Урок"]),
        ({"q": "Семёнова Ольга"}, []),
        ({"q": "S@EXAMPLE.ORG"}, ["Урок"]),
        ({"q": "урок", "risk": "none"}, []),
        ({"q": "surname"}, []),
        ({"q": "100%"}, []),
        ({"q": 'a"b'}, []),
    ):
        assert found(desk, query) == titles, query


def test_application_is_found_by_its_numbers_in_any_status(desk, certificate, correct):
    _, correction = correct(certificate, surname="Сидоренко")
    application = certificate.application
    typed = certificate.number.replace("-", " ").replace("C", "С")

    def shown(query, tab="all/"):
        rows = desk.get(f"/registrar/{tab}", {"q": query}).context["applications"]
        return [row.application.pk for row in rows]

    assert shown(typed) == [correction.pk, application.pk]
    assert shown(typed, "approved/") == [application.pk]
    assert shown(f"№{correction.pk}") == [correction.pk]
    assert shown("ivanova@example.org") == [correction.pk, application.pk]


def test_tabs_and_pages_keep_the_filters(desk, waiting):
    shown = desk.get("/registrar/", {"q": "речи", "risk": "none"}).content.decode()
    assert 'href="/registrar/approved/?risk=none&amp;q=' in shown
    assert 'value="речи"' in shown


def test_address_of_a_refused_decision_leads_to_its_page(desk, waiting):
    """A registrar presses Enter in the address bar of a page with an error."""
    one = f"/registrar/applications/{waiting.pk}/"
    assert desk.get(f"{one}decision/").url == one
    assert desk.get("/registrar/decisions/").url == "/registrar/"


def test_a_decision_leads_back_to_the_filtered_list(desk, waiting):
    query = "?risk=none&q=%D1%80%D0%B5%D1%87%D0%B8"
    page = desk.get(f"/registrar/applications/{waiting.pk}/{query}&next=https://evil.example")
    shown = page.content.decode().replace("&amp;", "&")
    assert f'action="/registrar/applications/{waiting.pk}/decision/{query}"' in shown
    answer = desk.post(
        f"/registrar/applications/{waiting.pk}/decision/{query}",
        {"decision": "approve", "expected": "submitted"},
    )
    assert answer.url == f"/registrar/{query}"


@pytest.fixture
def issued(desk, programme, deliver):
    """Certificates of four people, from a table."""
    table = xlsx(*map(row, ("Аистова", "Берёзова", "Ветрова", "Гуляева")))
    desk.post("/registrar/imports/", {"programme": programme.pk, "table": table})
    deliver()
    desk.post(f"/registrar/imports/{Import.objects.get().pk}/run/")
    deliver()
    return list(Certificate.objects.all())


def test_a_longer_queue_takes_no_more_queries(desk, queued, issued):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            shown = desk.get("/registrar/").content.decode()
        return len(captured), shown.count("<del")

    queued(surname="Орлова", corrects=issued[0])
    few, changes = queries()
    for certificate in issued[1:]:
        queued(surname="Орлова", corrects=certificate)
    assert queries() == (few, changes * len(issued))
    assert changes > 0


def test_a_long_queue_has_pages_that_keep_the_filters(desk, queued, monkeypatch):
    monkeypatch.setattr("certificates.web.registrar._SHOWN", 2)
    for number in range(3):
        queued(title=f"Чтение {number}")

    def titles(answer):
        return [row.title for row in answer.context["applications"]]

    first = desk.get("/registrar/", {"q": "Чтение"})
    assert "На этой странице 2" in first.content.decode()
    second = desk.get(f"/registrar/{first.context['next_url']}")
    assert [titles(first), titles(second)] == [["Чтение 0", "Чтение 1"], ["Чтение 2"]]
    assert second.context["next_url"] == ""
    back = desk.get(f"/registrar/{second.context['previous_url']}")
    assert titles(back) == titles(first)
    for odd in ("-1", "x", "9" * 30, "500"):
        assert desk.get("/registrar/", {"from": odd}).status_code == 200


def test_a_filter_that_finds_nothing_says_so(desk, waiting):
    shown = desk.get("/registrar/", {"q": "нетничего"}).content.decode()
    assert "Ничего не найдено" in shown
    assert "Одобрить выбранные" not in shown


def test_risky_applications_come_first(desk, queued):
    for risks in ([], ["duplicate"], ["rare_name"]):
        queued(risks=risks)
    rows = desk.get("/registrar/").context["applications"]
    assert [row.application.risk for row in rows] == [2, 1, 0, 0]


def test_duplicate_application_waits_for_the_registrar(
    page, confirm, certificate, answers, deliver
):
    page.post("/programmes/publication/", {**answers, "title": "развитие речи младших школьников"})
    again = Application.objects.get(status=ApplicationStatus.DRAFT)
    page.post("/programmes/publication/", {"dismiss": "title:no_capital"})
    confirm(again)
    deliver()
    assert again.risk_reasons == ["slip_dismissed", "duplicate"]
    assert again.status == ApplicationStatus.SUBMITTED


def test_a_rare_name_is_marked_in_the_queue(page, desk, by_hand, filled, confirm):
    page.post("/programmes/publication/", {"given_name": "Нургуль"})
    confirm(filled)
    assert "Имени нет в словаре" in desk.get("/registrar/").content.decode()


def test_rare_name_alone_needs_no_registrar(page, filled, confirm, deliver):
    page.post("/programmes/publication/", {"given_name": "Нургуль"})
    confirm(filled)
    deliver()
    assert Certificate.objects.get().holder == "Иванова Нургуль Петровна"
