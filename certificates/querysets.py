import re
from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Func, Q, TextField
from django.db.models.functions import Cast, Length

from certificates.numbers import read_number
from certificates.states import (
    CONFIRMED,
    EDITABLE,
    LEFT_OUT,
    RISK_LET_THROUGH,
    ApplicationStatus,
    CertificateStatus,
    ImportStatus,
    RowStatus,
    TemplateStatus,
)
from core import email_addresses
from core.inputs import read_id
from core.statements import rows

if TYPE_CHECKING:
    from accounts.models import User
    from certificates.models import (
        AnswerFile,
        Application,
        ArchivedDocument,
        Certificate,
        FormVersion,
        Import,
        ImportRow,
        Institution,
        Programme,
        Template,
        TemplateVersion,
    )
    from core.models import Site


# Rank rows by the length of each answer, of the name, and of the whole document, and take the
# longest of each: these are the texts that a template must be able to print.
_LONGEST = """
    SELECT DISTINCT id FROM (
        SELECT id, row_number() OVER (PARTITION BY key ORDER BY length(value) DESC, id) AS place
          FROM ({answers}) AS answer (id, key, value)
         WHERE value <> ''
    ) ranked WHERE place <= %(places)s
"""
# The keys ' holder' and ' all' begin with a space, so no question of a form can have them.
_LONGEST_CERTIFICATES = _LONGEST.format(
    answers="""
        SELECT c.id, texts.key, texts.value
          FROM certificates_certificate c,
               LATERAL (SELECT line->>'key', line->>'value'
                          FROM jsonb_array_elements(c.document_data->'lines') line
                         UNION ALL SELECT ' holder', c.holder
                         UNION ALL SELECT ' all', c.document_data::text) AS texts (key, value)
         WHERE c.programme_id = %(programme)s AND c.erased_at IS NULL
    """
)
_LONGEST_APPLICATIONS = _LONGEST.format(
    answers="""
        SELECT a.id, texts.key, texts.value
          FROM certificates_application a,
               LATERAL (SELECT key, value FROM jsonb_each_text(a.answers)
                         UNION ALL SELECT ' all', a.answers::text) AS texts (key, value)
         WHERE a.programme_id = %(programme)s AND a.status IN ('submitted', 'returned', 'approved')
           AND a.answers <> '{}'
           AND NOT EXISTS (
               SELECT FROM certificates_certificate c WHERE c.application_id = a.id)
    """
)
# A single letter is in nearly every name, and each word adds a condition to the query.
_SHORTEST_WORD = 2
_SPELLINGS_OFFERED = 8
_WORDS_COMPARED = 8


_WITHOUT_YO = str.maketrans("ёЁ", "еЕ")
# The texts of all answers. «Семенов» finds «Семёнов», too.
_ANSWERED = Func(
    Cast(
        Func(F("answers"), template="jsonb_path_query_array(%(expressions)s, '$.*')"),
        TextField(),
    ),
    template="translate(%(expressions)s, 'ёЁ', 'еЕ')",
    output_field=TextField(),
)


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def of_site(self, site: "Site") -> "ProgrammeQuerySet":
        return self.filter(site=site)


class TemplateQuerySet(models.QuerySet["Template"]):
    def of_site(self, site: "Site") -> "TemplateQuerySet":
        return self.filter(site=site)

    def usable(self) -> "models.QuerySet[Template]":
        """Templates with an active version."""
        return self.filter(versions__status=TemplateStatus.ACTIVE)


class TemplateVersionQuerySet(models.QuerySet["TemplateVersion"]):
    def active(self) -> "TemplateVersion | None":
        return self.filter(status=TemplateStatus.ACTIVE).first()


class FormVersionQuerySet(models.QuerySet["FormVersion"]):
    def newest(self) -> "FormVersion | None":
        return self.order_by("-version").first()


class ApplicationQuerySet(models.QuerySet["Application"]):
    def of_applicant(self, user: "User") -> "ApplicationQuerySet":
        return self.filter(applicant=user)

    def open_draft(self, programme: "Programme", user: "User") -> "Application | None":
        return self.filter(
            programme=programme,
            applicant=user,
            status=ApplicationStatus.DRAFT,
            corrects=None,
            lead=None,
        ).first()

    def duplicates_of(self, application: "Application") -> "ApplicationQuerySet":
        """Return other applications of the same person for the same work in this programme.

        Only confirmed ones that were not rejected count, and none that a correction replaces.
        """
        return (
            self.standing()
            .filter(programme=application.programme_id, duplicate_key=application.duplicate_key)
            .exclude(pk=application.pk)
            .exclude(pk__in=self.filter(certificate=application.corrects_id).values("pk"))
            .exclude(
                pk__in=self.filter(certificate__status=CertificateStatus.SUPERSEDED).values("pk")
            )
        )

    def standing(self) -> "ApplicationQuerySet":
        return self.filter(status__in=CONFIRMED - {ApplicationStatus.REJECTED})

    def counted_towards_limit(self) -> "ApplicationQuerySet":
        """Return what counts towards the limit; a rejected or withdrawn application does not, and
        neither does what a registrar issued by a table."""
        return self.standing().filter(corrects=None, lead=None, import_row=None)

    def correcting(self, certificate: "Certificate") -> "ApplicationQuerySet":
        """Return the open or approved correction of this certificate: there is one at most."""
        ended = [ApplicationStatus.REJECTED, ApplicationStatus.WITHDRAWN]
        return self.filter(corrects=certificate).exclude(status__in=ended)

    def under_way(self) -> "ApplicationQuerySet":
        return self.filter(status__in=[ApplicationStatus.SUBMITTED, *EDITABLE])

    def of_site(self, site: "Site") -> "ApplicationQuerySet":
        return self.filter(programme__site=site)

    def for_list(self) -> "ApplicationQuerySet":
        return self.select_related("programme", "form", "certificate", "corrects")

    def for_registrar(self) -> "ApplicationQuerySet":
        """Fetch what a row of the registrar's lists shows, with what the application changes."""
        related = ("applicant", "corrects__application", "certificate")
        return self.for_list().select_related(*related).prefetch_related("confirmations")

    def by_risk(self) -> "ApplicationQuerySet":
        return self.order_by("-risk", "confirmed_at", "id")

    def confirmed(self) -> "ApplicationQuerySet":
        return self.filter(status__in=CONFIRMED)

    def with_risk(self, risk: str) -> "ApplicationQuerySet":
        return self.filter(risk_reasons__contains=[risk])

    def without_risks(self) -> "ApplicationQuerySet":
        return self.filter(risk_reasons=[])

    def like(self, typed: str) -> "ApplicationQuerySet":
        """Applications in which each word is found, in an answer or in whose application it is.

        A number finds the application, its certificate, and a correction of that certificate.
        """
        number = read_number(typed)
        if number:
            return self.filter(Q(certificate__number=number) | Q(corrects__number=number))
        matching = self.alias(answered=_ANSWERED)
        for word in typed.split()[:_WORDS_COMPARED]:
            matching = matching.filter(
                Q(answered__icontains=word.translate(_WITHOUT_YO))
                | Q(applicant__email__icontains=word)
                | Q(applicant__display_name__icontains=word)
                | Q(pk=read_id(word.lstrip("№")) or 0)
            )
        return matching

    def awaiting_decision(self) -> "ApplicationQuerySet":
        return self.filter(status=ApplicationStatus.SUBMITTED)

    def awaiting_rule(self) -> "ApplicationQuerySet":
        """Return applications that need no registrar: see `Application.passes_by_rule`."""
        first = Q(corrects=None, programme__approval="automatic")
        # A correction of a revoked certificate cannot be approved, and the sweep would try for
        # ever.
        correction = Q(corrects__status=CertificateStatus.VALID)
        return self.awaiting_decision().filter(first | correction, risk__lte=RISK_LET_THROUGH)

    def longest_unissued(
        self, programme: "Programme", places: int
    ) -> "models.QuerySet[Application]":
        """Like `CertificateQuerySet.longest_of`, of confirmed applications without a document."""
        longest = rows(_LONGEST_APPLICATIONS, {"programme": programme.pk, "places": places})
        return self.filter(pk__in=[pk for (pk,) in longest]).order_by("pk")

    def approved_without_certificate(self) -> "ApplicationQuerySet":
        # Without answers the person was erased, and no certificate will follow.
        return self.filter(status=ApplicationStatus.APPROVED, certificate=None).exclude(answers={})


class AnswerFileQuerySet(models.QuerySet["AnswerFile"]):
    def answering(self, question: str, answer: str) -> "AnswerFile | None":
        """Return the file that this answer names: see `certificates.form.reading.file_answer`."""
        digest, _slash, name = answer.partition("/")
        return self.filter(question=question, digest=digest, name=name).first()


class InstitutionQuerySet(models.QuerySet["Institution"]):
    def like(self, programme: "Programme", typed: str) -> list[str]:
        """Return approved spellings with every typed word, in any order; the shortest first."""
        institutions: models.QuerySet[Institution] = self.filter(site=programme.site_id)
        words = [word for word in re.findall(r"\w+", typed) if len(word) >= _SHORTEST_WORD]
        for word in words[:_WORDS_COMPARED]:
            institutions = institutions.filter(name__icontains=word)
        if not words:
            return []
        names = institutions.order_by(Length("name")).values_list("name", flat=True)
        return list(names[:_SPELLINGS_OFFERED])


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def of_holder(self, user: "User") -> "CertificateQuerySet":
        return self.filter(application__applicant=user)

    def of_site(self, site: "Site") -> "CertificateQuerySet":
        return self.filter(programme__site=site)

    def of_address(self, email: str) -> "CertificateQuerySet":
        return self.filter(email__iexact=email_addresses.normalise(email))

    def like(self, typed: str) -> "CertificateQuerySet":
        """Certificates whose number, holder or e-mail address contains the text."""
        # A whole number is brought to its stored form: it may be typed in Cyrillic letters or
        # without dashes.
        number = read_number(typed) or typed
        return self.filter(
            Q(number__icontains=number) | Q(holder__icontains=typed) | Q(email__icontains=typed)
        )

    def bounced(self) -> "CertificateQuerySet":
        return self.exclude(bounced_at=None)

    def of_import(self, import_id: int) -> "CertificateQuerySet":
        return self.filter(application__import_row__source=import_id).order_by("id")

    def unsealed(self) -> "CertificateQuerySet":
        # The document of an erased person is never made.
        return self.filter(sealed_at=None, erased_at=None)

    def unmailed(self) -> "CertificateQuerySet":
        """Sealed certificates that await their e-mail. Rows of a table may have no address."""
        sealed = self.exclude(sealed_at=None).exclude(email="")
        return sealed.filter(mailed_at=None, bounced_at=None, status=CertificateStatus.VALID)

    def longest_of(self, programme: "Programme", places: int) -> "models.QuerySet[Certificate]":
        """Those with the longest answers to each question, the longest names, the most in all."""
        longest = rows(_LONGEST_CERTIFICATES, {"programme": programme.pk, "places": places})
        return self.filter(pk__in=[pk for (pk,) in longest]).order_by("pk")

    def without_archive_copy(self) -> "CertificateQuerySet":
        return self.filter(archived=None, erased_at=None).exclude(sealed_at=None)


class ArchivedDocumentQuerySet(models.QuerySet["ArchivedDocument"]):
    def to_renew_at(self, moment: datetime) -> "models.QuerySet[ArchivedDocument]":
        """Copies that are due for renewal, beginning with the one that expires first."""
        due = self.filter(renew_at__lte=moment, certificate__erased_at=None)
        return due.order_by("relied_on_until")


class ImportQuerySet(models.QuerySet["Import"]):
    def of_site(self, site: "Site") -> "ImportQuerySet":
        return self.filter(programme__site=site)

    def running(self) -> "models.QuerySet[Import]":
        return self.filter(status=ImportStatus.RUNNING)

    def unread(self) -> "models.QuerySet[Import]":
        return self.filter(status=ImportStatus.UPLOADED)


class ImportRowQuerySet(models.QuerySet["ImportRow"]):
    def to_issue(self, *, with_doubtful: bool) -> "ImportRowQuerySet":
        statuses = [RowStatus.READY, RowStatus.DOUBTFUL] if with_doubtful else [RowStatus.READY]
        return self.filter(status__in=statuses)

    def originals_of(self, rows: Collection["ImportRow"]) -> "models.QuerySet[ImportRow]":
        """Return the rows of any file that were issued with the digests of these rows."""
        digests = {row.digest for row in rows}
        programmes = {row.programme_id for row in rows}
        issued = self.filter(status=RowStatus.ISSUED, programme__in=programmes, digest__in=digests)
        return issued.select_related("application__certificate")

    def issued_in(self, programme: "Programme", *, digests: Collection[str]) -> frozenset[str]:
        """Return those of the digests that rows of any file were issued with."""
        issued = self.filter(programme=programme, status=RowStatus.ISSUED, digest__in=digests)
        return frozenset(issued.values_list("digest", flat=True))

    def equal_to_others(self) -> "ImportRowQuerySet":
        """Return rows that are the same as another one here or as an issued one, and that one."""
        digests = self.filter(status__in=[RowStatus.SAME, RowStatus.REPEATED]).values("digest")
        equal = self.filter(digest__in=digests).exclude(
            status__in=[RowStatus.FAULTY, RowStatus.HIDDEN]
        )
        return equal.select_related("programme")

    def left_out(self) -> "models.QuerySet[ImportRow]":
        return self.filter(status__in=LEFT_OUT)

    def to_mend(self) -> "models.QuerySet[ImportRow]":
        return self.filter(status__in=[RowStatus.DOUBTFUL, RowStatus.FAULTY])

    def counts(self) -> dict[str, int]:
        """Count the rows in each status, with a zero for a status that no row has."""
        counts = dict(self.order_by().values_list("status").annotate(models.Count("id")))
        return {status.value: counts.get(status.value, 0) for status in RowStatus}
