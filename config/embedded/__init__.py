"""A private PostgreSQL and Valkey from their wheels, where the environment names none."""

from .servers import running, running_for_tests
from .state import AlreadyRunningError

__all__ = ["AlreadyRunningError", "running", "running_for_tests"]
