"""The promises made to the people of the load: answers that acknowledged a write."""

import threading
from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Post:
    """A comment that was sent. `id` is None while no answer has come."""

    author_id: int
    thread: str
    text: str
    id: int | None = None


@dataclass
class Journal:
    # By text, because no two comments have the same.
    posts: dict[str, Post] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    # The state that an editor's decision gave to a comment, by the comment's id.
    decisions: dict[int, str] = field(default_factory=dict)
    # Keys of threads that were closed to strangers, the newest last.
    closed_threads: list[str] = field(default_factory=list)
    # The e-mail address of each confirmed application, by the application's id.
    applications: dict[int, str] = field(default_factory=dict)
    # How many rows each import that was started has, by the import's id.
    imports: dict[int, int] = field(default_factory=dict)
    # How each stranger came in: must stay empty.
    let_in: list[str] = field(default_factory=list)
    # Requests that were sent, and those that were cut off or answered by an error of the server.
    requests: Counter[str] = field(default_factory=Counter)
    # Answers that this load must not get.
    surprises: list[str] = field(default_factory=list)

    acknowledged: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def acknowledge(self, writes=1):
        with self._lock:
            self.acknowledged += writes
