from rest_framework import serializers

from accounts.models import Sanction


class SanctionSerializer(serializers.ModelSerializer[Sanction]):
    subject = serializers.CharField(read_only=True)

    class Meta:
        model = Sanction
        fields = [
            *("id", "kind", "subject", "rule_label", "told", "note"),
            *("imposed_at", "ends_at", "state", "ended_at"),
        ]
        read_only_fields = fields


class NewSanctionSerializer(serializers.Serializer[Sanction]):
    kind = serializers.ChoiceField(choices=Sanction.Kind.choices)
    rule_label = serializers.CharField(max_length=200, allow_blank=True, default="")
    told = serializers.CharField(allow_blank=True, default="", help_text="Shown to the person.")
    note = serializers.CharField(allow_blank=True, default="", help_text="For editors only.")
    ends_at = serializers.DateTimeField(allow_null=True, default=None)


class NewGroupSanctionSerializer(NewSanctionSerializer):
    email_domain = serializers.CharField(allow_blank=True, default="")
    network = serializers.CharField(allow_blank=True, default="", help_text="192.0.2.0/24")


class LiftingSerializer(serializers.Serializer[Sanction]):
    note = serializers.CharField(allow_blank=True, default="")
