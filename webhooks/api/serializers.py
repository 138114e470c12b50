from typing import Any

from rest_framework import serializers

from core.api.fields import RequestDateTimeField
from core.outgoing import Failure
from webhooks.states import DeliveryStatus, EndpointStatus


class TopicSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment] # the API's name


class EndpointChangeSerializer(serializers.Serializer[Any]):
    url = serializers.CharField(max_length=500)
    # Any name here: the action knows the topics, and refuses one that no app has contributed.
    topics = serializers.ListField(child=serializers.CharField(max_length=60), max_length=100)
    label = serializers.CharField(  # type: ignore[assignment] # the API's name
        max_length=100, required=False, allow_blank=True, default=""
    )


class EndpointSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    url = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment] # the API's name
    topics = serializers.ListField(child=serializers.CharField())
    status = serializers.ChoiceField(EndpointStatus.choices)
    failing_since = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class EndpointWithSecretSerializer(EndpointSerializer):
    """The secret is returned only when it is created."""

    secret = serializers.CharField()


class EndpointStatusSerializer(serializers.Serializer[Any]):
    # The other statuses follow from failures and from DELETE.
    status = serializers.ChoiceField([EndpointStatus.ACTIVE.value, EndpointStatus.PAUSED.value])


class DeliverySerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    message_id = serializers.CharField(source="message.uid")
    topic = serializers.CharField(source="message.topic")
    status = serializers.ChoiceField(DeliveryStatus.choices)
    tries = serializers.IntegerField()
    created_at = serializers.DateTimeField(source="message.created_at")
    next_at = serializers.DateTimeField(help_text="Of the next attempt, while it waits.")
    finished_at = serializers.DateTimeField(allow_null=True)


class AttemptSerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    status_code = serializers.IntegerField(allow_null=True)
    failure = serializers.ChoiceField(Failure.choices, allow_blank=True)
    excerpt = serializers.CharField()
    milliseconds = serializers.IntegerField(allow_null=True)


class DeliveryDetailSerializer(DeliverySerializer):
    # The text and not the JSON in it: the signature is over these bytes.
    body = serializers.CharField(source="message.body", help_text="As it was signed and sent.")
    attempts = AttemptSerializer(many=True)


class DeliveriesPageSerializer(serializers.Serializer[Any]):
    deliveries = DeliverySerializer(many=True)
    next_cursor = serializers.CharField()


class ReplaySerializer(serializers.Serializer[Any]):
    since = RequestDateTimeField()


class ReplayedSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
