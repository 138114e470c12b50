import os

from bench.environment import set_environment


def test_a_process_of_the_tests_keeps_its_environment():
    """Names in the documentation are checked by importing them."""
    before = dict(os.environ)
    set_environment(DEMO="0", LOG_LEVEL="ERROR")
    assert dict(os.environ) == before
