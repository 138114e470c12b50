import threading
import time

from core import valkey


def test_threads_that_begin_at_once_share_one_client(monkeypatch):
    """A second one would close the connections of the first threads when it is let go."""
    made, new_client = [], valkey._new_client

    def noted(*args, **kwargs):
        made.append(args)
        # Let the other threads come as far as this, if nothing stops them.
        time.sleep(0)
        return new_client(*args, **kwargs)

    monkeypatch.setattr(valkey, "_new_client", noted)
    for timeout in range(100, 150):
        made.clear()
        start = threading.Barrier(10)

        def ask(timeout=timeout, start=start):
            start.wait()
            valkey.client(timeout=timeout)

        threads = [threading.Thread(target=ask) for _ in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(made) == 1
