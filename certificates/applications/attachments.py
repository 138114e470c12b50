from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certificates.applications.answer_files import drop_file
from certificates.form import reading
from certificates.form.kinds import is_file
from certificates.models import AnswerFile, Application
from certificates.state_changes import lock_for_editing
from core.bounds import Bound, bounded
from core.errors import InvalidInput


@bounded(question=Bound(100))
@transaction.atomic(durable=True)
def attach_file(*, application: Application, question: str, file: AnswerFile) -> Application:
    """Make `file`, whose content is in storage already, the answer to `question`."""
    locked = lock_for_editing(application)
    _check_is_file_field(locked, question)
    answer = reading.file_answer(file.digest, file.name)
    if locked.answers.get(question) != answer:
        file.application, file.question = locked, question
        file.save()
        _answer(locked, question, answer)
    return locked


@bounded(question=Bound(100))
@transaction.atomic(durable=True)
def detach_file(*, application: Application, question: str) -> Application:
    locked = lock_for_editing(application)
    _check_is_file_field(locked, question)
    _answer(locked, question, "")
    return locked


def _check_is_file_field(application: Application, question: str) -> None:
    fields = application.form.fields
    if question not in {field.key for field in fields if is_file(field)}:
        raise InvalidInput({"question": [_("This form asks for no such file")]})


def _answer(application: Application, question: str, answer: str) -> None:
    before = application.answers.get(question, "")
    application.answers = {**application.answers, question: answer}
    application.changed_at = timezone.now()
    application.save(update_fields=["answers", "changed_at"])
    replaced = application.files.answering(question, before)
    # A file that was confirmed once is kept: the registrar compares it with the new one.
    if replaced is not None and not _was_confirmed(application, question, before):
        drop_file(replaced)


def _was_confirmed(application: Application, question: str, answer: str) -> bool:
    return application.confirmations.filter(answers__contains={question: answer}).exists()
