import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from certificates import tasks
from certificates.form.answers import digest
from certificates.imports import actions, jobs
from certificates.models import Certificate, Confirmation, Import
from certificates.states import ImportProblem, ImportStatus, RowStatus
from core.models import OutboxEvent
from tests.support.outbox import fail_for_good, lose_queue, retry_parked
from tests.support.tables import HEADER, row, xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(registrar, sign_in):
    return sign_in(registrar)


@pytest.fixture
def upload(desk, programme, deliver):
    def run(table):
        desk.post("/registrar/imports/", {"programme": programme.pk, "table": table})
        deliver()
        return Import.objects.first()

    return run


def statuses(source):
    return list(source.rows.order_by("position").values_list("status", flat=True))


def test_a_dry_run_issues_nothing(upload):
    source = upload(xlsx(row(), row("Ивaнова"), row("")))
    assert statuses(source) == [RowStatus.READY, RowStatus.DOUBTFUL, RowStatus.FAULTY]
    assert not Certificate.objects.exists()


def test_page_says_what_is_wrong_in_each_row(desk, upload):
    source = upload(xlsx(row(), row("Ивaнова")))
    page = desk.get(f"/registrar/imports/{source.pk}/").content.decode()
    assert '<th scope="row">3</th>' in page
    assert "смешаны русские и латинские буквы" in page
    # The foreign letter looks like the right one, so it is marked and named.
    assert "Ив<mark>a</mark>нова" in page
    assert "места в слове: a (3)" in page


def test_messages_are_in_the_language_of_who_looks(desk, upload):
    source = upload(xlsx(row("Ивaнова"), row("Слово 漢字")))
    english = {"accept-language": "en"}
    page = desk.get(f"/registrar/imports/{source.pk}/", headers=english).content.decode()
    assert "cannot be printed on the document" in page
    assert "mixes letters of two alphabets" in page
    assert "смешаны" not in page
    assert "нельзя напечатать" not in page
    mend = load_workbook(
        io.BytesIO(desk.get(f"/registrar/imports/{source.pk}/mend.xlsx", headers=english).content)
    ).active
    assert "mixes letters" in mend.cell(2, 9).value


def test_rows_left_out_name_the_certificate_that_was_issued_before(desk, upload, deliver):
    first = upload(xlsx(row()))
    desk.post(f"/registrar/imports/{first.pk}/run/")
    deliver()
    second = upload(xlsx(row(), row("Петрова")))
    assert statuses(second) == [RowStatus.REPEATED, RowStatus.READY]
    page = desk.get(f"/registrar/imports/{second.pk}/").content.decode()
    assert f"выдано раньше, свидетельство {Certificate.objects.get().number}" in page


def test_rows_to_mend_come_back_as_a_file(desk, upload):
    source = upload(xlsx(row(), row("Ивaнова", title='=HYPERLINK("http://x")')))
    mend = desk.get(f"/registrar/imports/{source.pk}/mend.xlsx")
    sheet = load_workbook(io.BytesIO(mend.content)).active
    header, only = sheet.iter_rows()
    assert header[-1].value == "Что исправить"
    assert only[0].value == "Ивaнова"
    assert "Фамилия: " in only[-1].value
    assert only[5].data_type == "s"  # text, not a formula


def test_import_issues_documents_and_packs_an_archive(desk, upload, deliver, sent_emails):
    source = upload(xlsx(row(), row("Петрова", "petrova@yandex.ru"), row("")))
    desk.post(f"/registrar/imports/{source.pk}/run/")
    deliver()
    source.refresh_from_db()
    assert source.status == ImportStatus.FINISHED
    archive = desk.get(f"/registrar/imports/{source.pk}/archive.zip")
    packed = zipfile.ZipFile(io.BytesIO(b"".join(archive.streaming_content)))
    holders = sorted(name.split(" ", 1)[1] for name in packed.namelist())
    assert holders == ["Иванова Мария Петровна.pdf", "Петрова Мария Петровна.pdf"]
    assert [email.to for email in sent_emails] == [["petrova@yandex.ru"]]
    register = desk.get("/registrar/certificates/").content.decode()
    assert (register.count("адреса нет"), register.count("ещё не отправлено")) == (1, 0)


def test_the_registrar_vouches_for_each_row(desk, upload, deliver, registrar):
    source = upload(xlsx(row(), row("Ивaнова")))
    assert (
        "Вы ручаетесь за эти строки"
        in desk.get(f"/registrar/imports/{source.pk}/").content.decode()
    )
    desk.post(f"/registrar/imports/{source.pk}/run/", {"with_doubtful": "yes"})
    deliver()
    plain, doubtful = Confirmation.objects.order_by("id")
    assert plain.digest == digest(plain.application.answers)
    assert plain.warning.startswith("Вы ручаетесь за эти строки")
    assert (plain.ip, plain.preview_digest, plain.dismissed_slips) == ("127.0.0.1", "", [])
    assert doubtful.dismissed_slips == [["surname", "mixed_script", "Ивaнова"]]
    assert plain.application.events.get(action="application.imported").actor == registrar


def test_the_same_file_twice_issues_nothing_twice(desk, upload, deliver):
    first = upload(xlsx(row(), row("Петрова")))
    desk.post(f"/registrar/imports/{first.pk}/run/")
    deliver()
    assert upload(SimpleUploadedFile("копия.xlsx", first.table.open("rb").read())) == first
    desk.post(f"/registrar/imports/{first.pk}/run/")
    deliver()
    assert Certificate.objects.count() == 2


def test_the_same_row_in_another_file_is_issued_once(desk, upload, deliver):
    for table in (xlsx(row()), xlsx(row(), row("Петрова"))):
        source = upload(table)
        desk.post(f"/registrar/imports/{source.pk}/run/", {"same-2": "one"})
        deliver()
    assert statuses(source) == [RowStatus.REPEATED, RowStatus.ISSUED]
    assert Certificate.objects.count() == 2


@pytest.fixture
def issued_before(desk, upload, deliver):
    """The number of a certificate that an earlier table gave to the person of `row()`."""
    source = upload(xlsx(row()))
    desk.post(f"/registrar/imports/{source.pk}/run/")
    deliver()
    return Certificate.objects.get().number


def test_namesake_of_somebody_in_an_earlier_table_is_asked_about(
    desk, upload, deliver, issued_before
):
    source = upload(xlsx(row("Петрова"), row()))
    page = " ".join(desk.get(f"/registrar/imports/{source.pk}/").content.decode().split())
    name = '<span lang="ru">Иванова Мария Петровна</span>'
    assert f"Строка 3: у человека по имени {name} есть свидетельство" in page
    assert f">{issued_before}</a>" in page.split("<legend>")[1]
    assert desk.post(f"/registrar/imports/{source.pk}/run/").status_code == 409
    deliver()
    assert Certificate.objects.count() == 1
    desk.post(f"/registrar/imports/{source.pk}/run/", {"same-3": "others"})
    deliver()
    assert statuses(source) == [RowStatus.ISSUED, RowStatus.ISSUED]
    assert Certificate.objects.filter(holder="Иванова Мария Петровна").count() == 2


ROWS_BY_ANSWER = {
    "one": [RowStatus.REPEATED, RowStatus.SAME, RowStatus.SAME],
    "several": [RowStatus.REPEATED, RowStatus.ISSUED, RowStatus.ISSUED],
    "others": [RowStatus.ISSUED] * 3,
}


@pytest.mark.parametrize("people", ROWS_BY_ANSWER)
def test_equal_rows_that_an_earlier_table_had_are_told_apart(
    desk, upload, deliver, issued_before, people
):
    source = upload(xlsx(row(), row(), row(), row("Петрова")))
    desk.post(f"/registrar/imports/{source.pk}/run/", {"same-2": people})
    deliver()
    assert statuses(source) == [*ROWS_BY_ANSWER[people], RowStatus.ISSUED]


def test_every_namesake_is_another_person_than_all_before(desk, upload, deliver, issued_before):
    for surname in ("Петрова", "Сидорова"):
        source = upload(xlsx(row(), row(surname)))
        desk.post(f"/registrar/imports/{source.pk}/run/", {"same-2": "others"})
        deliver()
        assert statuses(source) == [RowStatus.ISSUED, RowStatus.ISSUED]
    assert Certificate.objects.filter(holder="Иванова Мария Петровна").count() == 3


def test_table_with_nothing_new_says_so(desk, upload, deliver, issued_before):
    source = upload(xlsx(row(), row("")))
    refused = desk.post(f"/registrar/imports/{source.pk}/run/", {"same-2": "one"})
    assert refused.status_code == 409
    assert "в строках ошибки или они уже выданы" in refused.content.decode()


def test_a_request_to_issue_that_is_sent_again_succeeds_and_issues_nothing_more(
    desk, upload, deliver
):
    source = upload(xlsx(row(), row("Петрова")))
    url = f"/registrar/imports/{source.pk}/run/"
    for _ in range(2):
        assert desk.post(url).status_code == 302
    deliver()
    assert desk.post(url).status_code == 302
    deliver()
    assert Certificate.objects.of_import(source.pk).count() == 2


def test_many_rows_of_an_earlier_table_are_asked_about_once(desk, upload, deliver):
    rows = [row(title=f"Урок {number}") for number in range(1, 22)]
    first = upload(xlsx(*rows))
    desk.post(f"/registrar/imports/{first.pk}/run/")
    deliver()
    source = upload(xlsx(*rows, row("Петрова")))
    page = desk.get(f"/registrar/imports/{source.pk}/").content.decode()
    assert "Строк, выданных из прежней таблицы: 21" in page
    assert page.count('name="before"') == 2
    desk.post(f"/registrar/imports/{source.pk}/run/", {"before": "one"})
    deliver()
    assert Certificate.objects.count() == 22


def test_paused_import_can_be_resumed(desk, upload, deliver):
    source = upload(xlsx(row(), row("Петрова")))
    desk.post(f"/registrar/imports/{source.pk}/run/")
    desk.post(f"/registrar/imports/{source.pk}/pause/")
    deliver()
    assert not Certificate.objects.exists()
    desk.post(f"/registrar/imports/{source.pk}/resume/")
    deliver()
    assert Certificate.objects.count() == 2


def run_of(desk, source):
    desk.post(f"/registrar/imports/{source.pk}/run/")
    return source


def test_an_import_whose_queue_is_lost_ends_all_the_same(desk, programme, deliver):
    desk.post(
        "/registrar/imports/", {"programme": programme.pk, "table": xlsx(row(), row("Петрова"))}
    )
    lose_queue()
    deliver()
    source = run_of(desk, Import.objects.get())
    lose_queue()
    deliver()
    source.refresh_from_db()
    assert (source.status, bool(source.archive)) == (ImportStatus.FINISHED, True)
    assert Certificate.objects.exclude(sealed_at=None).count() == 2


def test_tasks_that_run_twice_start_no_third_lane(desk, upload, deliver_twice, monkeypatch):
    monkeypatch.setattr(actions, "CHUNK_SIZE", 1)
    surnames = ("Иванова", "Петрова", "Сидорова", "Кузнецова")
    source = run_of(desk, upload(xlsx(*map(row, surnames))))
    deliver_twice()
    source.refresh_from_db()
    assert source.status == ImportStatus.FINISHED
    assert Certificate.objects.count() == len(surnames)
    lanes = OutboxEvent.objects.filter(topic="import.chunk_due").count()
    issued = OutboxEvent.objects.filter(topic="import.chunk_issued").count()
    assert lanes == issued <= len(surnames) + actions.LANES


def test_an_import_that_fails_stops_says_so_and_goes_on(desk, upload, deliver, monkeypatch):
    source = run_of(desk, upload(xlsx(row(), row("Петрова"))))
    with monkeypatch.context() as patch:
        patch.setattr(actions, "next_serials", lambda *_: 1 / 0)
        fail_for_good()
    source.refresh_from_db()
    assert (source.status, source.problem) == (ImportStatus.PAUSED, ImportProblem.STOPPED)
    page = desk.get(f"/registrar/imports/{source.pk}/").content.decode()
    assert "Выдача остановилась из-за ошибки на нашей стороне" in page
    desk.post(f"/registrar/imports/{source.pk}/resume/")
    assert not OutboxEvent.objects.parked().exists()
    deliver()
    source.refresh_from_db()
    assert (source.status, source.problem) == (ImportStatus.FINISHED, "")
    assert Certificate.objects.count() == 2


@pytest.mark.parametrize("acts", ["resumed, retried", "retried, resumed"])
def test_an_import_resumed_while_an_administrator_retries_it_has_two_lanes(
    acts, desk, upload, deliver, monkeypatch
):
    source = run_of(desk, upload(xlsx(row(), row("Петрова"))))
    with monkeypatch.context() as patch:
        patch.setattr(actions, "next_serials", lambda *_: 1 / 0)
        fail_for_good()
    before = OutboxEvent.objects.filter(topic="import.chunk_issued").count()
    for act in acts.split(", "):
        if act == "retried":
            retry_parked()
        else:
            desk.post(f"/registrar/imports/{source.pk}/resume/")
    deliver()
    source.refresh_from_db()
    assert (source.status, source.problem) == (ImportStatus.FINISHED, "")
    assert Certificate.objects.exclude(sealed_at=None).count() == 2
    # The first lane issues all; the second one finds nothing left.
    chunks = OutboxEvent.objects.filter(topic="import.chunk_issued").count() - before
    assert chunks <= actions.LANES
    assert not OutboxEvent.objects.filter(done_at=None).exists()


def test_documents_that_could_not_be_made_are_made_after_the_import_is_resumed(
    desk, upload, deliver, monkeypatch
):
    source = run_of(desk, upload(xlsx(row(), row("Петрова"))))
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "make_documents", lambda *_: 1 / 0)
        fail_for_good()
    source.refresh_from_db()
    assert (source.status, source.problem) == (ImportStatus.PAUSED, ImportProblem.STOPPED)
    assert Certificate.objects.unsealed().count() == 2
    desk.post(f"/registrar/imports/{source.pk}/resume/")
    assert not OutboxEvent.objects.parked().exists()
    deliver()
    source.refresh_from_db()
    assert (source.status, bool(source.archive)) == (ImportStatus.FINISHED, True)
    assert not Certificate.objects.unsealed().exists()
    assert not OutboxEvent.objects.filter(done_at=None).exists()


def test_documents_that_cannot_be_packed_are_packed_when_asked_again(
    desk, upload, deliver, monkeypatch
):
    source = run_of(desk, upload(xlsx(row())))
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "_name_in_archive", lambda _certificate: 1 / 0)
        fail_for_good()
    source.refresh_from_db()
    assert (source.status, source.problem) == (ImportStatus.FINISHED, ImportProblem.NOT_PACKED)
    assert not source.is_at_work
    page = desk.get(f"/registrar/imports/{source.pk}/").content.decode()
    assert "не удалось собрать их в один файл" in page
    desk.post(f"/registrar/imports/{source.pk}/pack/")
    assert not OutboxEvent.objects.parked().exists()
    deliver()
    source.refresh_from_db()
    assert (source.problem, bool(source.archive)) == ("", True)


def test_a_dry_run_that_kills_every_worker_fails_and_can_be_started_again(desk, programme, deliver):
    desk.post("/registrar/imports/", {"programme": programme.pk, "table": xlsx(row())})
    while OutboxEvent.objects.undone().filter(topic="import.uploaded").exists():
        lose_queue()
    fail_for_good()
    source = Import.objects.get()
    assert (source.status, source.problem) == (ImportStatus.FAILED, ImportProblem.UNEXPECTED)
    desk.post(f"/registrar/imports/{source.pk}/retry/")
    assert not OutboxEvent.objects.parked().exists()
    deliver()
    source.refresh_from_db()
    assert (source.status, source.problem) == (ImportStatus.CHECKED, "")


def test_repeated_task_issues_nothing_more(desk, upload, deliver):
    source = upload(xlsx(row(), row("Петрова")))
    desk.post(f"/registrar/imports/{source.pk}/run/")
    tasks.run_import_chunk(source.pk)
    tasks.run_import_chunk(source.pk)
    deliver()
    assert Certificate.objects.count() == 2


def test_nothing_is_issued_before_it_is_said_who_equal_rows_are(desk, upload, deliver):
    source = upload(xlsx(row(), row(), row("Петрова")))
    page = desk.get(f"/registrar/imports/{source.pk}/").content.decode()
    assert 'Строки 2, 3 совпадают: <span lang="ru">Иванова Мария Петровна</span>' in page
    assert desk.post(f"/registrar/imports/{source.pk}/run/").status_code == 409
    answer = {"same-2": "perhaps"}
    assert desk.post(f"/registrar/imports/{source.pk}/run/", answer).status_code == 409
    deliver()
    assert not Certificate.objects.exists()


def test_equal_rows_of_one_person_give_one_certificate_and_the_page_says_so(desk, upload, deliver):
    source = upload(xlsx(row(), row(), row("Петрова")))
    desk.post(f"/registrar/imports/{source.pk}/run/", {"same-2": "one"})
    deliver()
    assert statuses(source) == [RowStatus.ISSUED, RowStatus.SAME, RowStatus.ISSUED]
    assert Certificate.objects.count() == 2
    page = " ".join(desk.get(f"/registrar/imports/{source.pk}/").content.decode().split())
    assert "Выдано 2 из 2" in page
    assert "такая же, как строка 2" in page
    assert "кроме тех, что перечислены ниже" in page


def test_namesakes_get_a_certificate_each_and_never_twice(desk, upload, deliver):
    rows = (row(), row(), row("Петрова"), row())
    source = upload(xlsx(*rows))
    desk.post(f"/registrar/imports/{source.pk}/run/", {"same-2": "several"})
    deliver()
    assert statuses(source) == [RowStatus.ISSUED] * 4
    again = upload(xlsx(*rows, row("Новая")))
    people = {"same-2": "several", "same-4": "one"}
    desk.post(f"/registrar/imports/{again.pk}/run/", people)
    deliver()
    assert statuses(again) == [RowStatus.REPEATED] * 4 + [RowStatus.ISSUED]
    assert Certificate.objects.count() == 5


def test_equal_rows_with_a_slip_follow_the_choice_about_slips(desk, upload, deliver):
    source = upload(xlsx(row("Ивaнова"), row("Ивaнова"), row("Петрова")))
    desk.post(f"/registrar/imports/{source.pk}/run/", {"same-2": "several"})
    deliver()
    assert statuses(source) == [RowStatus.DOUBTFUL, RowStatus.DOUBTFUL, RowStatus.ISSUED]


def test_many_groups_of_equal_rows_are_asked_about_once(desk, upload, deliver):
    # Different titles, since the surnames of the rows must not be slips.
    rows = [row(title=f"Урок {number}") for number in range(1, 22)]
    source = upload(xlsx(*rows, *rows))
    assert (
        "Групп одинаковых строк: 21"
        in desk.get(f"/registrar/imports/{source.pk}/").content.decode()
    )
    desk.post(f"/registrar/imports/{source.pk}/run/", {"same": "one"})
    deliver()
    assert Certificate.objects.count() == 21


def test_worker_that_died_in_a_chunk_leaves_one_document_each(desk, upload, deliver):
    source = upload(xlsx(row(), row("Петрова")))
    desk.post(f"/registrar/imports/{source.pk}/run/")
    ids = actions.run_next_chunk(import_id=source.pk)
    first = Certificate.objects.get(pk=ids[0])
    folder = f"certificates/{first.year}/{first.number}"
    default_storage.save(f"{folder}/stray.pdf", ContentFile(b"%PDF-1.7"))
    jobs.make_chunk(source.pk, ids)
    jobs.make_chunk(source.pk, ids)
    deliver()
    assert not Certificate.objects.unsealed().exists()
    first.refresh_from_db()
    names = default_storage.listdir(folder)[1]
    assert [f"{folder}/{name}" for name in names] == [first.document.name]
    assert first.application.events.filter(action="certificate.sealed").count() == 1


def test_documents_made_before_a_failure_are_kept(desk, upload, monkeypatch):
    source = upload(xlsx(row(), row("Петрова")))
    desk.post(f"/registrar/imports/{source.pk}/run/")
    ids = actions.run_next_chunk(import_id=source.pk)
    good = default_storage.save

    def full(name, content):
        if Certificate.objects.get(pk=ids[1]).number in name:
            raise OSError(28, "No space left on device")
        return good(name, content)

    monkeypatch.setattr(default_storage, "save", full)
    with pytest.raises(OSError, match="No space"):
        jobs.make_chunk(source.pk, ids)
    assert [one.is_sealed for one in Certificate.objects.order_by("pk")] == [True, False]


def test_columns_can_be_chosen_by_hand(desk, upload, deliver):
    source = upload(xlsx(row(), header=["А", *HEADER[1:]]))
    assert statuses(source) == [RowStatus.FAULTY]
    chosen = dict(source.columns) | {"surname": 0}
    desk.post(f"/registrar/imports/{source.pk}/columns/", chosen)
    deliver()
    assert statuses(source) == [RowStatus.READY]


def test_column_without_a_name_is_called_so_in_words(desk, upload):
    source = upload(xlsx([*row(), "8-900"], header=[*HEADER, ""]))
    page = desk.get(f"/registrar/imports/{source.pk}/").content.decode()
    assert "I: без названия" in page


def test_columns_that_answer_nothing_must_be_confirmed(desk, upload, deliver):
    header = [*HEADER[:2], "Отчество (при наличии)", *HEADER[3:], "Телефон"]
    source = upload(xlsx([*row(), "8-900"], header=header))
    page = desk.get(f"/registrar/imports/{source.pk}/")
    html = page.content.decode()
    assert "I: Телефон" in html
    assert '<details class="details" id="layout" open>' in html
    assert f"/registrar/imports/{source.pk}/run/" not in html
    assert desk.post(f"/registrar/imports/{source.pk}/run/").status_code == 409
    desk.post(f"/registrar/imports/{source.pk}/columns/", dict(source.columns))
    deliver()
    assert (
        f"/registrar/imports/{source.pk}/run/"
        in desk.get(f"/registrar/imports/{source.pk}/").content.decode()
    )
    desk.post(f"/registrar/imports/{source.pk}/run/")
    deliver()
    assert Certificate.objects.get().holder == "Иванова Мария Петровна"


def test_no_column_of_patronymics_does_not_mean_that_nobody_has_one(desk, upload, deliver):
    header = [*HEADER[:2], *HEADER[3:]]
    cells = row()
    source = upload(xlsx([*cells[:2], *cells[3:]], header=header))
    assert statuses(source) == [RowStatus.FAULTY]
    assert list(source.rows.get().faults["ru"]) == ["patronymic"]
    chosen = dict(source.columns) | {"patronymic": -1}
    desk.post(f"/registrar/imports/{source.pk}/columns/", chosen)
    deliver()
    assert statuses(source) == [RowStatus.READY]


def test_an_empty_cell_means_that_the_person_has_no_patronymic(upload):
    cells = row()
    cells[2] = ""
    assert statuses(upload(xlsx(cells))) == [RowStatus.READY]


def test_of_two_columns_of_addresses_the_registrar_chooses(desk, upload, deliver, sent_emails):
    cells = row("Петрова", "petrova@yandex.ru")
    source = upload(xlsx([*cells, ""], header=[*HEADER, HEADER[-1]]))
    assert (
        "H: Электронная почта; I: Электронная почта"
        in desk.get(f"/registrar/imports/{source.pk}/").content.decode()
    )
    desk.post(f"/registrar/imports/{source.pk}/columns/", dict(source.columns))
    deliver()
    desk.post(f"/registrar/imports/{source.pk}/run/")
    deliver()
    assert [email.to for email in sent_emails] == [["petrova@yandex.ru"]]


def spreadsheet(*rows, hidden=(), before=()):
    """A workbook with some rows hidden and with other sheets before the one with people."""
    book, buffer = Workbook(), io.BytesIO()
    for name in before:
        book.create_sheet(name)["A1"] = "Заполните следующий лист"
    sheet = book.create_sheet("Участники")
    book.remove(book["Sheet"])
    for cells in rows:
        sheet.append(cells)
    for number in hidden:
        sheet.row_dimensions[number].hidden = True
    book.save(buffer)
    return SimpleUploadedFile("Участники.xlsx", buffer.getvalue())


def test_hidden_rows_are_not_issued_unless_the_registrar_wants_them(desk, upload, deliver):
    table = spreadsheet(HEADER, row(), row("Непрошедшая"), row("Петрова"), hidden=[3])
    source = upload(table)
    assert statuses(source) == [RowStatus.READY, RowStatus.HIDDEN, RowStatus.READY]
    assert "Скрыто строк: 1" in desk.get(f"/registrar/imports/{source.pk}/").content.decode()
    asked = dict(source.columns) | {"layout-hidden-rows": "yes"}
    desk.post(f"/registrar/imports/{source.pk}/columns/", asked)
    deliver()
    assert statuses(source) == [RowStatus.READY] * 3
    desk.post(f"/registrar/imports/{source.pk}/columns/", dict(source.columns))
    deliver()
    desk.post(f"/registrar/imports/{source.pk}/run/")
    deliver()
    holders = Certificate.objects.values_list("holder", flat=True)
    assert sorted(name.split()[0] for name in holders) == ["Иванова", "Петрова"]


def test_another_sheet_can_be_chosen_even_if_the_first_has_no_rows(desk, upload, deliver):
    source = upload(spreadsheet(HEADER, row(), before=["Инструкция"]))
    assert (source.status, source.problem) == (ImportStatus.FAILED, ImportProblem.NO_ROWS)
    assert (
        "<option>Участники</option>"
        in desk.get(f"/registrar/imports/{source.pk}/").content.decode()
    )
    chosen = {"layout-sheet": "Участники"}
    desk.post(f"/registrar/imports/{source.pk}/columns/", chosen)
    deliver()
    source.refresh_from_db()
    assert (source.status, source.findings["sheet"]) == (ImportStatus.CHECKED, "Участники")
    assert statuses(source) == [RowStatus.READY]


def test_titles_above_the_header_are_not_people_and_rows_keep_their_numbers(desk, upload):
    blank = [None] * 8
    source = upload(spreadsheet(["Список участников"], blank, HEADER, row(), blank, row("")))
    assert list(source.rows.values_list("position", "status")) == [
        (4, RowStatus.READY),
        (6, RowStatus.FAULTY),
    ]
    assert "1: Список участников" in desk.get(f"/registrar/imports/{source.pk}/").content.decode()


def test_another_row_can_be_the_header(desk, upload, deliver):
    source = upload(spreadsheet(["№", "Кто"], ["Фамилия!"], row()))
    desk.post(f"/registrar/imports/{source.pk}/columns/", {"layout-header-row": "2"})
    deliver()
    source.refresh_from_db()
    assert (source.header[0], source.findings["header_row"]) == ("Фамилия!", 2)
    assert [one.position for one in source.rows.all()] == [3]


def test_another_encoding_can_be_chosen(desk, upload, deliver):
    text = "\r\n".join(";".join(cells) for cells in (HEADER, row("Цой")))
    source = upload(SimpleUploadedFile("таблица.csv", text.encode("cp1251")))
    desk.post(f"/registrar/imports/{source.pk}/columns/", {"layout-encoding": "cp866"})
    deliver()
    source.refresh_from_db()
    assert source.findings["encoding"] == "cp866"
    assert source.header[0] != "Фамилия"


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_table_of_libreoffice_is_checked(upload, kind):
    content = Path(f"tests/data/tables/book.{kind}").read_bytes()
    source = upload(SimpleUploadedFile(f"Участники.{kind}", content))
    found = {one.answers["surname"]: one.status for one in source.rows.all()}
    assert found["Аистова"] == found["Ветрова"] == RowStatus.READY
    assert found["Скрытая"] == found["Непрошедшая"] == RowStatus.HIDDEN
    # A truth value and an error of calculation are no titles.
    assert found["Жукова"] == found["Котова"] == RowStatus.FAULTY
    titles = {one.answers["surname"]: one.answers["title"] for one in source.rows.all()}
    assert (titles["Гуляева"], titles["Ежова"]) == ("0007", "09:05")


def test_the_place_of_a_broken_byte_is_shown_until_the_issue(desk, upload, deliver):
    people = [row("Соколова"), row("Петрова")]
    table = "\n".join(";".join(cells) for cells in (HEADER, *people)).encode()
    broken = table.replace("Соколова".encode(), "Сокол".encode() + b"\xd0" + "ова".encode())
    source = upload(SimpleUploadedFile("t.csv", broken))
    page = " ".join(desk.get(f"/registrar/imports/{source.pk}/").content.decode().split())
    assert 'Строка 2, столбец A: <span lang="ru">Сокол\ufffdова</span>' in page
    desk.post(f"/registrar/imports/{source.pk}/run/")
    deliver()
    source.refresh_from_db()
    assert (source.status, source.findings["damage"]) == (ImportStatus.FINISHED, [])


def test_a_text_longer_than_its_field_is_refused_and_not_cut(upload):
    assert statuses(upload(xlsx(row(title="Урок " * 1200)))) == [RowStatus.FAULTY]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8"])
def test_a_table_with_nul_characters_is_checked(upload, encoding):
    text = "\r\n".join("\t".join(cells) for cells in (HEADER, row("Ц\0ой")))
    source = upload(SimpleUploadedFile("таблица.csv", text.encode(encoding)))
    assert source.rows.get().answers["surname"] == "Цой"


def test_a_failed_dry_run_is_told_and_can_be_started_again(desk, programme, deliver, monkeypatch):
    def fail(*_given, **_options):
        raise RuntimeError("nobody has thought of this")

    monkeypatch.setattr(jobs, "read_table", fail)
    desk.post("/registrar/imports/", {"programme": programme.pk, "table": xlsx(row())})
    source = Import.objects.get()
    with pytest.raises(RuntimeError):
        tasks.render_dry_run(source.pk)
    source.refresh_from_db()
    assert (source.status, source.problem) == (ImportStatus.FAILED, ImportProblem.UNEXPECTED)
    assert "Что-то сломалось у нас" in desk.get(f"/registrar/imports/{source.pk}/").content.decode()
    monkeypatch.undo()
    desk.post(f"/registrar/imports/{source.pk}/retry/")
    deliver()
    source.refresh_from_db()
    assert (source.status, source.problem) == (ImportStatus.CHECKED, "")


def test_uploading_a_failed_table_again_starts_it_again(upload):
    source = upload(xlsx(row()))
    Import.objects.update(status=ImportStatus.FAILED, problem=ImportProblem.UNEXPECTED)
    again = upload(SimpleUploadedFile("копия.xlsx", source.table.open("rb").read()))
    assert (again.pk, again.status) == (source.pk, ImportStatus.CHECKED)


def test_a_dry_run_that_got_lost_is_started_again(upload, deliver):
    source = upload(xlsx(row()))
    long_ago = timezone.now() - timedelta(hours=1)
    Import.objects.update(status=ImportStatus.UPLOADED, changed_at=long_ago)
    tasks.resume_unfinished()
    deliver()
    source.refresh_from_db()
    assert source.status == ImportStatus.CHECKED


def test_an_issued_table_is_not_read_again(desk, upload, deliver):
    source = upload(xlsx(row()))
    desk.post(f"/registrar/imports/{source.pk}/run/")
    deliver()
    for path in ("columns/", "retry/"):
        assert desk.post(f"/registrar/imports/{source.pk}/{path}").status_code == 409
    deliver()
    assert statuses(source) == [RowStatus.ISSUED]


def test_no_beginning_of_a_row_outlives_the_issue(desk, upload, deliver):
    source = upload(xlsx(row()))
    assert "Иванова" in str(source.findings)
    desk.post(f"/registrar/imports/{source.pk}/run/")
    deliver()
    source.refresh_from_db()
    assert "Иванова" not in str(source.findings)


def test_a_long_name_in_the_archive_keeps_the_number(desk, upload, deliver):
    cells = row("Константинопольская" * 3)
    cells[1], cells[2] = "Александра" * 3, "Владиславовна" * 3
    source = upload(xlsx(cells))
    desk.post(f"/registrar/imports/{source.pk}/run/", {"with_doubtful": "yes"})
    deliver()
    certificate = Certificate.objects.get()
    name = jobs._name_in_archive(certificate)
    assert name.startswith(f"{certificate.number} Константинопольская")
    assert name.endswith(".pdf")
    assert len(name.encode()) <= 200


def test_the_programme_is_chosen_by_words(desk, programme):
    page = desk.get("/registrar/imports/").content.decode()
    assert "Выберите программу" in page
    assert "---------" not in page


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
def test_csv_as_excel_saves_it(upload, encoding):
    text = "\r\n".join(";".join(cells) for cells in (HEADER, row("Цой")))
    source = upload(SimpleUploadedFile("таблица.csv", text.encode(encoding)))
    assert source.rows.get().answers["surname"] == "Цой"


def unfolding_xlsx():
    """A sheet of two cells whose corners span seventeen billion."""
    book = Workbook()
    book.active["A1"] = "Фамилия"
    book.active["XFD1048576"] = "x"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def zip_bomb():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 300_000_000)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("пусто.xlsx", lambda: b"x"),
        ("картинка.xlsx", lambda: b"\x89PNG\r\n" * 100),
        ("строка.csv", lambda: ";".join(HEADER).encode()),
        ("кавычка.csv", lambda: b'"' + b"a" * 2_000_000),
        ("развёртка.xlsx", unfolding_xlsx),
        ("бомба.xlsx", zip_bomb),
    ],
    ids=["junk", "picture", "header alone", "open quote", "unfolding", "zip bomb"],
)
def test_unreadable_table_is_reported(desk, upload, name, content):
    source = upload(SimpleUploadedFile(name, content()))
    assert source.status == ImportStatus.FAILED
    page = desk.get(f"/registrar/imports/{source.pk}/").content.decode()
    assert "Эту таблицу не удаётся прочитать" in page


def test_a_file_over_ten_megabytes_is_refused(desk, programme):
    big = SimpleUploadedFile("large.csv", b"a" * (10 * 1024 * 1024 + 1))
    page = desk.post("/registrar/imports/", {"programme": programme.pk, "table": big})
    assert "больше 10 МБ" in page.content.decode()
    assert not Import.objects.exists()


def test_only_a_registrar_imports(page, client, upload, programme, deliver):
    source = upload(xlsx(row()))
    for address in ("run/", "columns/", "retry/", "pause/", "resume/"):
        assert page.post(f"/registrar/imports/{source.pk}/{address}").status_code == 403
    for address in ("", "mend.xlsx", "archive.zip"):
        assert page.get(f"/registrar/imports/{source.pk}/{address}").status_code == 403
        assert client.get(f"/registrar/imports/{source.pk}/{address}").status_code == 302
    assert actions.run_next_chunk(import_id=source.pk) == []
