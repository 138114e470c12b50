import pytest

from bench.instructions import of_dump, risen

DUMP = """# callgrind format
version: 1
creator: callgrind-3.19.0
pid: 4711
cmd:  python -m bench.counted
part: 3

desc: I1 cache:
desc: Trigger: dump kept page

positions: line
events: Ir
summary: 1234567


fl=(1)
"""


def test_dump_names_its_act_and_its_instructions():
    assert of_dump(DUMP) == ("kept page", 1_234_567)


def test_other_dump_is_no_act():
    assert of_dump(DUMP.replace("dump kept page", "Program termination")) is None


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (1_019, []),
        (900, []),
        (1_030, ["post: 1,030 instructions, 3.0 % more than 1,000."]),
    ],
)
def test_act_is_told_that_takes_more_than_two_percent_more(after, expected):
    assert list(risen({"post": 1_000}, {"post": after, "new": 5_000_000})) == expected
