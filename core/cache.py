import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django_redis.cache import RedisCache
from django_redis.serializers.base import BaseSerializer

_BYTES, _JSON = b"b", b"j"


class OptionalRedisCache(RedisCache):
    """A cache whose outage rejects no request.

    Locks use `add` (allauth's rate limits take one per request). During an outage no lock is held,
    so `add` succeeds.
    """

    def add(self, *args: Any, **kwargs: Any) -> bool:
        added = super().add(*args, **kwargs)
        # django-redis ignores connection errors (IGNORE_EXCEPTIONS) and then returns None. allauth
        # would then wait a second for a lock that no other request holds, and refuse this request.
        return True if added is None else bool(added)


class PlainSerializer(BaseSerializer):
    """Stores bytes unchanged, and everything else as JSON.

    Never pickles: an attacker who can write to Valkey could then run code in every process.
    """

    def dumps(self, value: Any) -> bytes:
        if isinstance(value, bytes):
            return _BYTES + value
        return _JSON + json.dumps(value, cls=DjangoJSONEncoder).encode()

    def loads(self, value: bytes) -> Any:
        kind, content = value[:1], value[1:]
        if kind == _BYTES:
            return content
        if kind == _JSON:
            return json.loads(content)
        raise ValueError("The cache holds an entry that Otklik did not write.")
