"""Tell every process over Valkey that a row has changed.

A message is a hint. Valkey may lose it, and a process may die after its commit and before its
message. So a listener must also limit for how long it trusts what it knows.
"""

import threading
import time
import uuid
from collections.abc import Callable

import redis
from django.db import transaction

from core import valkey

# Seconds. A person who has posted waits for it.
_PATIENCE = 0.5
# Seconds between two attempts to connect, and between two questions whether Valkey still answers.
_PAUSE, _HEALTH_CHECK = 0.5, 2.0

# Gets the id of a changed row, or None where any row may have changed.
Listener = Callable[[int | None], None]


class Channel:
    def __init__(self, name: str) -> None:
        self._name = f"otklik:changed:{name}"
        self._listeners: list[Listener] = []
        self._own = ""

    def announce(self, pk: int) -> None:
        """Tell the listeners of all processes, once the transaction is committed."""
        transaction.on_commit(lambda: self._send(pk), robust=True)

    def _send(self, pk: int) -> None:
        self._tell(pk)
        try:
            valkey.client(timeout=_PATIENCE).publish(self._name, f"{pk} {self._own}")
        except redis.RedisError:
            # The listeners of other processes find the change in the database.
            return

    def listen(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def follow(self) -> threading.Thread:
        """Receive the messages of other processes in a thread that runs until the process ends."""
        # Not at import: processes that are forked later would share it, and miss each other.
        self._own = uuid.uuid4().hex
        thread = threading.Thread(target=self._follow, name=self._name, daemon=True)
        thread.start()
        return thread

    def _follow(self) -> None:
        while True:
            try:
                self._receive()
            except redis.RedisError:
                time.sleep(_PAUSE)

    def _receive(self) -> None:
        with valkey.subscription(self._name, health_check=_HEALTH_CHECK) as subscription:
            while True:
                message = subscription.get_message(timeout=_HEALTH_CHECK)
                if message is None:
                    continue
                if message["type"] == "subscribe":
                    # Messages that were sent before are lost.
                    self._tell(None)
                elif message["type"] == "message":
                    self._hear(message["data"].decode())

    def _hear(self, data: str) -> None:
        pk, _, sender = data.partition(" ")
        # This process has told its own listeners already.
        if pk.isdecimal() and sender != self._own:
            self._tell(int(pk))

    def _tell(self, pk: int | None) -> None:
        for listener in self._listeners:
            listener(pk)


# Threads of which the public sees something else than before.
THREADS = Channel("threads")
