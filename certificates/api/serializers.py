from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from certificates.applications.review import ApplicationDecision
from certificates.fields import Field, FieldKind
from certificates.form.kinds import max_length_of
from certificates.states import ApplicationStatus, CertificateStatus
from certificates.verification.verify import Finding

# What a person types into one field, before it is read: no kind of field takes more characters, and
# none has more than a few code points each.
LONGEST_TYPED = 20_000
# Names in the product: slugs of programmes, keys of questions, codes of slips.
_LONGEST_NAME = 100
_DIGEST = 64  # hexadecimal digits of SHA-256
_MOST_SLIPS = 200


class QuestionSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    kind = serializers.ChoiceField(choices=[kind.value for kind in FieldKind])
    label_ru = serializers.CharField()
    label_en = serializers.CharField()
    help_ru = serializers.CharField()
    help_en = serializers.CharField()
    is_required = serializers.BooleanField(source="required")
    max_length = serializers.SerializerMethodField()
    choices = serializers.ListField(child=serializers.CharField())
    choices_en = serializers.ListField(
        child=serializers.CharField(),
        help_text="The same in English and in the same order, or empty. Both are taken as answers.",
    )

    def get_max_length(self, field: Field) -> int:
        return max_length_of(field)


class ProgrammeSerializer(serializers.Serializer[Any]):
    slug = serializers.SlugField()
    title = serializers.CharField()
    summary = serializers.CharField()
    opens_at = serializers.DateTimeField(allow_null=True)
    closes_at = serializers.DateTimeField(allow_null=True)
    is_open = serializers.BooleanField()
    limit_per_person = serializers.IntegerField(allow_null=True)


class ProgrammeWithFormSerializer(ProgrammeSerializer):
    form_version = serializers.IntegerField(allow_null=True)
    questions = QuestionSerializer(many=True)


class SlipSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()
    correction = serializers.CharField(allow_null=True)


class FieldErrorSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()


class AnswerFileSerializer(serializers.Serializer[Any]):
    question = serializers.CharField()
    name = serializers.CharField()
    mime = serializers.CharField()
    size = serializers.IntegerField()
    digest = serializers.CharField(help_text="SHA-256, in hexadecimal.")


class FileToAttachSerializer(serializers.Serializer[Any]):
    file = serializers.FileField(help_text="PDF, JPEG or PNG, at most 10 MB.")


class ApplicationSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    programme = serializers.SlugField()
    status = serializers.ChoiceField(choices=ApplicationStatus.choices)
    # By the key of the field: which keys there are depends on the form's version.
    answers = serializers.DictField(child=serializers.CharField(allow_blank=True))
    digest = serializers.CharField()
    slips = serializers.DictField(child=serializers.ListField(child=SlipSerializer()))
    field_errors = serializers.DictField(child=serializers.ListField(child=FieldErrorSerializer()))
    files = AnswerFileSerializer(many=True)
    note = serializers.CharField(allow_blank=True)
    confirmed_at = serializers.DateTimeField(allow_null=True)
    certificate = serializers.CharField(allow_null=True)


class ApplicationPageSerializer(serializers.Serializer[Any]):
    items = ApplicationSerializer(many=True)
    next_cursor = serializers.CharField(allow_blank=True)


class TypedAnswersField(serializers.DictField):
    # The form normalises each answer by the kind of its field.
    child = serializers.CharField(max_length=LONGEST_TYPED, allow_blank=True, trim_whitespace=False)


class NewApplicationSerializer(serializers.Serializer[Any]):
    programme = serializers.SlugField(max_length=_LONGEST_NAME)
    answers = TypedAnswersField(required=False)
    language = serializers.ChoiceField(choices=["ru", "en"], default="ru")


class SlipToDismissSerializer(serializers.Serializer[Any]):
    question = serializers.CharField(max_length=_LONGEST_NAME)
    slip = serializers.CharField(max_length=_LONGEST_NAME)


class AnswersSerializer(serializers.Serializer[Any]):
    digest = serializers.CharField(
        max_length=_DIGEST,
        required=False,
        help_text="Digest of the answers that the client began with.",
    )
    answers = TypedAnswersField(required=False)
    dismiss_slips = serializers.ListField(
        child=SlipToDismissSerializer(), max_length=_MOST_SLIPS, required=False
    )


class ConfirmationSerializer(serializers.Serializer[Any]):
    # Says which answers the client has seen: answers saved since then are not confirmed.
    digest = serializers.CharField(max_length=_DIGEST)


class DecisionSerializer(serializers.Serializer[Any]):
    action = serializers.ChoiceField(choices=[decision.value for decision in ApplicationDecision])
    expected_status = serializers.ChoiceField(choices=ApplicationStatus.choices)
    note = serializers.CharField(
        max_length=LONGEST_TYPED, required=False, allow_blank=True, default=""
    )
    question = serializers.CharField(
        max_length=_LONGEST_NAME, required=False, allow_blank=True, default=""
    )


class CertificateSerializer(serializers.Serializer[Any]):
    number = serializers.CharField()
    code = serializers.CharField(source="printed_code")
    status = serializers.ChoiceField(choices=CertificateStatus.choices)
    title = serializers.CharField()
    holder = serializers.CharField()
    issued_at = serializers.DateTimeField()
    expires_on = serializers.DateField(allow_null=True)
    sealed_at = serializers.DateTimeField(allow_null=True)
    document_digest = serializers.CharField(help_text="SHA-256 of the sealed file.")
    mailed_at = serializers.DateTimeField(allow_null=True)
    bounced_at = serializers.DateTimeField(allow_null=True)
    name_is_public = serializers.BooleanField()
    superseded_by = serializers.CharField(source="successor_number", allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    revocation_reason = serializers.CharField()


class RevocationSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(
        allow_blank=True, max_length=1000, help_text="Public: the verification page shows it."
    )
    expected_status = serializers.ChoiceField(choices=CertificateStatus.choices)


class ResendSerializer(serializers.Serializer[Any]):
    # No EmailField: an empty one means the stored address, and the action checks the rest.
    email = serializers.CharField(
        max_length=254,
        required=False,
        allow_blank=True,
        default="",
        help_text="Another e-mail address. Only for registrars.",
    )


class PrivacySerializer(serializers.Serializer[Any]):
    name_is_public = serializers.BooleanField()


class CertificatePageSerializer(serializers.Serializer[Any]):
    items = CertificateSerializer(many=True)
    next_cursor = serializers.CharField(allow_blank=True)


class DifferenceSerializer(serializers.Serializer[Any]):
    what = serializers.CharField(source="label")
    in_file = serializers.CharField()
    in_register = serializers.CharField()


class SealSerializer(serializers.Serializer[Any]):
    level = serializers.CharField(help_text="PAdES B-T, or B-B: without a timestamp.")
    fingerprint = serializers.CharField(help_text="SHA-256 of the certificate of the seal.")
    owner = serializers.CharField()
    is_self_signed = serializers.BooleanField()
    sealed_at = serializers.DateTimeField()
    timestamped_at = serializers.DateTimeField(
        allow_null=True, help_text="According to a timestamp service."
    )
    archived_until = serializers.DateTimeField(
        allow_null=True, help_text="When the last timestamp of the archive copy expires."
    )


class VerdictSerializer(serializers.Serializer[Any]):
    finding = serializers.ChoiceField(choices=[finding.value for finding in Finding])
    number = serializers.CharField(allow_null=True)
    title = serializers.CharField(allow_null=True)
    holder = serializers.CharField(help_text="Masked if only the number was given.")
    issued_on = serializers.DateField(allow_null=True)
    publication = serializers.CharField(allow_null=True)
    registration_number = serializers.CharField()
    superseded_by = serializers.CharField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    revocation_reason = serializers.CharField()
    expires_on = serializers.DateField(allow_null=True)
    is_erased = serializers.BooleanField(
        help_text="The personal data were erased at the person's request."
    )
    kept_by_law = serializers.CharField(
        allow_blank=True, help_text="The law that requires keeping the name of an erased person."
    )
    seal = SealSerializer(allow_null=True)
    differences = DifferenceSerializer(
        many=True, help_text="Where the data attached to an altered file differ from the register."
    )
    document_data = serializers.DictField(child=serializers.CharField())
    signer = serializers.CharField(
        help_text="Whose seal it claims to be, if it is of a kind that cannot be checked here."
    )


class ToVerifySerializer(serializers.Serializer[Any]):
    number = serializers.CharField(
        max_length=500,
        required=False,
        help_text="A number or a code, as typed, or a text with one of them, such as a link.",
    )
    digest = serializers.RegexField(
        # A browser can compute it, so that a document can be verified without being uploaded.
        "^[0-9a-f]{64}$",
        required=False,
        help_text="SHA-256 of the file, in hexadecimal.",
    )
    file = serializers.FileField(required=False, help_text="The PDF itself, at most 10 MB.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        # With two of them the answers could contradict each other.
        if len(attrs) != 1:
            raise serializers.ValidationError(_("Send exactly one of number, digest and file."))
        return attrs
