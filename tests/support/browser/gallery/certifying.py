"""Data for the pages of applicants, registrars and verifiers."""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from accounts.models import User
from certificates.applications.actions import confirm_application, save_answers, start_application
from certificates.applications.corrections import start_correction
from certificates.applications.review import ApplicationDecision, decide_application
from certificates.form.answers import digest
from certificates.imports.actions import begin_import, run_import
from certificates.imports.tables import write_table
from certificates.models import Application, Certificate, Import, ImportRow, Programme
from certificates.register.revocation import revoke_certificate
from certificates.states import (
    ApplicationStatus,
    CertificateStatus,
    ImportProblem,
    ImportStatus,
    RowStatus,
)

LINK = "https://vesti.example/materials/"
ANSWERS = {
    "given_name": "Вера",
    "patronymic": "Сергеевна",
    "position": "Преподаватель",
    "institution": "ГБПОУ «Чайковский техникум промышленных технологий и управления»",
    "event": "Защита проектов кластеров «Профессионалитета»",
    "held_on": "2024-12-10",
    "form_of_participation": "очная",
}
HEADER = ["Фамилия", "Имя", "Отчество", "Должность", "Место работы", "Название материала"]
HEADER += ["Ссылка на публикацию", "Электронная почта"]


@dataclass(frozen=True, slots=True)
class Papers:
    draft: Application
    ready: Application
    waiting: Application
    returned: Application
    correction: Application
    certificate: Certificate
    revoked: Certificate
    import_: Import
    asking: Import
    same: Import
    running: Import
    paused: Import
    finished: Import
    unreadable: Import
    not_read: Import
    stopped: Import
    not_packed: Import


def papers(
    *, reader: User, author: User, registrar: User, wait_for: Callable[[Any], Any]
) -> Papers:
    programme = Programme.objects.get(slug="publication")
    titles = ("Практика на действующей подстанции", "Один день наставника", "Музей в школе")
    issued = [_confirmed(programme, reader, surname="Аксёнова", title=title) for title in titles]
    certificates = [
        wait_for(Certificate.objects.filter(application=one, sealed_at__isnull=False).first)
        for one in issued
    ]
    # A second document for the same material waits for a registrar.
    waiting, doubtful = (
        _confirmed(programme, reader, surname="Аксёнова", title=title) for title in titles[:2]
    )
    return Papers(
        draft=_typed(programme, reader, surname="Аксёновa", title=""),
        ready=_typed(
            Programme.objects.get(slug="participation"), reader, surname="Аксёнова", title=""
        ),
        waiting=waiting,
        returned=decide_application(
            application=doubtful,
            actor=registrar,
            decision=ApplicationDecision.RETURN,
            expected=ApplicationStatus.SUBMITTED,
            note="Укажите, в каком номере вышел материал.",
            question="title",
        ),
        correction=_correction(certificates[2], reader),
        certificate=certificates[0],
        revoked=revoke_certificate(
            certificate=certificates[1],
            actor=registrar,
            reason="Материал снят с публикации по просьбе автора.",
            expected=CertificateStatus.VALID,
        ),
        import_=_table(programme, registrar),
        asking=_table(
            programme, registrar, name="Выпускники.xlsx", header=[*HEADER[:7], "E-mail", "Телефон"]
        ),
        same=_table(programme, registrar, name="Тёзки.xlsx", surnames=("Аистова", "Аистова")),
        **_imports(programme, registrar, wait_for),
    )


def _imports(
    programme: Programme, registrar: User, wait_for: Callable[[Any], Any]
) -> dict[str, Import]:
    def checked(name: str) -> Import:
        source = _table(programme, registrar, name=name)
        wait_for(Import.objects.filter(pk=source.pk, status=ImportStatus.CHECKED).exists)
        return source

    def run(source: Import) -> Import:
        run_import(source=source, actor=registrar, with_doubtful=False, language="ru", ip=None)
        return source

    finished = run(checked("Лауреаты конкурса чтецов.xlsx"))
    wait_for(Import.objects.filter(pk=finished.pk).exclude(archive="").exists)
    paused = checked("Слушатели летней школы.xlsx")
    running = checked("Участники олимпиады.xlsx")
    # Paused between two chunks, because a running import would finish at once.
    for source, status in ((paused, ImportStatus.PAUSED), (running, ImportStatus.RUNNING)):
        Import.objects.filter(pk=source.pk).update(status=status)
    unreadable = begin_import(
        programme=programme,
        actor=registrar,
        filename="Фотография списка.xlsx",
        content=BytesIO(b"\x89PNG"),
        digest="0" * 64,
    )
    return {
        "finished": finished,
        "paused": paused,
        "running": running,
        "unreadable": unreadable,
        # As errors on our side leave them.
        "not_read": _copy(
            paused, status=ImportStatus.FAILED, problem=ImportProblem.UNEXPECTED, findings={}
        ),
        "stopped": _copy(paused, status=ImportStatus.PAUSED, problem=ImportProblem.STOPPED),
        "not_packed": _copy(
            finished, status=ImportStatus.FINISHED, problem=ImportProblem.NOT_PACKED, archive=""
        ),
    }


def _copy(source: Import, **changes: Any) -> Import:
    """Return another import, for which no task runs, of those rows that may stand twice."""
    copy = Import.objects.get(pk=source.pk)
    rows = list(copy.rows.exclude(status=RowStatus.ISSUED))
    copy.pk, copy.digest = None, secrets.token_hex(32)
    for name, value in changes.items():
        setattr(copy, name, value)
    copy.save()
    for row in rows:
        row.pk, row.source = None, copy
    ImportRow.objects.bulk_create(rows)
    return copy


def _typed(programme: Programme, person: User, *, surname: str, title: str) -> Application:
    application = start_application(programme=programme, applicant=person, language="ru")
    typed = ANSWERS | {"surname": surname, "title": title, "email": person.email}
    typed |= {"url": LINK + hashlib.sha256(title.encode()).hexdigest()[:6]}
    return save_answers(application=application, typed=typed).application


def _correction(certificate: Certificate, holder: User) -> Application:
    """Return one that waits for a registrar, because it changes more than two letters."""
    begun = start_correction(certificate=certificate, holder=holder)
    typed = begun.answers | {"surname": "Аксенкова", "title": "Музей в сельской школе"}
    application = save_answers(application=begun, typed=typed).application
    return confirm_application(
        application=application,
        shown_digest=digest(application.answers),
        preview_digest="0" * 64,
        language="ru",
        ip=None,
    )


def _confirmed(programme: Programme, person: User, *, surname: str, title: str) -> Application:
    application = _typed(programme, person, surname=surname, title=title)
    return confirm_application(
        application=application,
        shown_digest=digest(application.answers),
        preview_digest="0" * 64,
        language="ru",
        ip=None,
    )


def _table(
    programme: Programme,
    registrar: User,
    name: str = "Участники весенней школы.xlsx",
    *,
    header: Sequence[str] = HEADER,
    surnames: Sequence[str] = ("Аистова", "Берёзова", "Ветрова", "Ивaнова", ""),
) -> Import:
    title = name.removesuffix(".xlsx")
    rows = [
        [surname, "Мария", "Петровна", "учитель", "МБОУ «Школа № 5»", title, LINK, "", "8-900"]
        for surname in surnames
    ]
    table = write_table(header, [cells[: len(header)] for cells in rows])
    return begin_import(
        programme=programme,
        actor=registrar,
        filename=name,
        content=BytesIO(table),
        digest=hashlib.sha256(table).hexdigest(),
    )
