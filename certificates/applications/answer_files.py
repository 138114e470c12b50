from certificates.models import AnswerFile, Application
from core import outbox


def share_files(source: Application, own: Application) -> None:
    """Give `own` the files that it has in common with `source`; the content is stored once."""
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
    """Delete the row. A task deletes the content after the commit, unless another row shares it."""
    stored = file.content.name
    file.delete()
    # Not deleted here: if the transaction rolled back, the row would return without its content.
    outbox.publish("answer_file.dropped", name=stored)
