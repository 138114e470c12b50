from rest_framework import serializers

from accounts.models import Sanction


class SanctionSerializer(serializers.ModelSerializer[Sanction]):
    subject = serializers.CharField(read_only=True)

    class Meta:
        model = Sanction
        fields = [
            *("id", "kind", "subject", "rule_label", "message", "note"),
            *("imposed_at", "ends_at", "status", "ended_at"),
        ]
        read_only_fields = fields


class LiftingSerializer(serializers.Serializer[Sanction]):
    note = serializers.CharField(max_length=10_000, allow_blank=True, default="")
