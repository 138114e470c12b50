from certificates.models import AnswerFile, Application
from core import outbox


def share_files(source: Application, own: Application) -> None:
    """What `own` answers with a file of `source` stays readable; nothing is stored twice."""
    AnswerFile.objects.bulk_create(
        AnswerFile(
            application=own,
            question=file.question,
            name=file.name,
            mime=file.mime,
            size=file.size,
            digest=file.digest,
            content=file.content.name,
        )
        for file in source.files.all()
        if own.answers.get(file.question) == source.answers.get(file.question)
    )


def drop_files(application: Application) -> None:
    for file in application.files.all():
        drop_file(file)


def drop_file(file: AnswerFile) -> None:
    """The row goes now, the content after the commit, and only if nobody else shares it."""
    stored = file.content.name
    file.delete()
    outbox.publish("answer_file.dropped", name=stored)
