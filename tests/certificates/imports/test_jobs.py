import io
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from certificates import tasks
from certificates.form.answers import digest
from certificates.imports import actions, jobs
from certificates.models import Certificate, Confirmation, Import
from certificates.states import ImportStatus, RowStatus
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
        desk.post(f"/registrar/imports/{source.pk}/run/")
        deliver()
    assert statuses(source) == [RowStatus.REPEATED, RowStatus.ISSUED]
    assert Certificate.objects.count() == 2


def test_paused_import_can_be_resumed(desk, upload, deliver):
    source = upload(xlsx(row(), row("Петрова")))
    desk.post(f"/registrar/imports/{source.pk}/run/")
    desk.post(f"/registrar/imports/{source.pk}/pause/")
    deliver()
    assert not Certificate.objects.exists()
    desk.post(f"/registrar/imports/{source.pk}/resume/")
    deliver()
    assert Certificate.objects.count() == 2


def test_repeated_task_issues_nothing_more(desk, upload, deliver):
    source = upload(xlsx(row(), row("Петрова")))
    desk.post(f"/registrar/imports/{source.pk}/run/")
    tasks.run_import_chunk(source.pk)
    tasks.run_import_chunk(source.pk)
    deliver()
    assert Certificate.objects.count() == 2


def test_a_row_twice_in_one_file_is_issued_once(desk, upload, deliver):
    source = upload(xlsx(row(), row(), row("Петрова")))
    desk.post(f"/registrar/imports/{source.pk}/run/")
    deliver()
    assert statuses(source) == [RowStatus.ISSUED, RowStatus.REPEATED, RowStatus.ISSUED]
    assert Certificate.objects.count() == 2


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
    for address in ("run/", "columns/", "pause/", "resume/"):
        assert page.post(f"/registrar/imports/{source.pk}/{address}").status_code == 403
    for address in ("", "mend.xlsx", "archive.zip"):
        assert page.get(f"/registrar/imports/{source.pk}/{address}").status_code == 403
        assert client.get(f"/registrar/imports/{source.pk}/{address}").status_code == 302
    assert actions.run_next_chunk(import_id=source.pk) == []
