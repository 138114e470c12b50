"""Run one act in several threads, each with a separate database connection."""

import threading

from django.db import close_old_connections, connection

from core.errors import DomainError


def in_parallel(act, times):
    """Run `act(0…times-1)` at one moment in as many threads; return the errors that they met."""
    barrier, errors = threading.Barrier(times), []

    def run(number):
        close_old_connections()
        try:
            barrier.wait()
            act(number)
        except DomainError as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors
