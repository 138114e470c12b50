import pytest

from bench import results
from bench.results import Part, Result, at_least, at_most, fallen, read, table
from bench.rounds import Spread

POSTS = Result("posts / one statement", Spread(0.4132, 0.39, 0.44), at_least(0.4))
P99 = Result("posts, p99 in ms", Spread(186.4, 170, 201), at_most(150))
PGBENCH = Result("posts / pgbench", Spread(0.0213, 0.02, 0.022))


def test_target_stands_beside_each_ratio():
    assert list(table([POSTS, P99, PGBENCH]))[2:] == [
        "| posts / one statement | 0.413 | 0.390–0.440 | ≥ 0.4 | met |",
        "| posts, p99 in ms | 186 | 170–201 | ≤ 150 | missed |",
        "| posts / pgbench | 0.0213 | 0.0200–0.0220 |  |  |",
    ]


def test_table_is_read_as_it_was_written():
    text = "# Results\n\n- Load: 3\n\n" + "\n".join(table([POSTS, P99, PGBENCH])) + "\n"
    assert list(table(read(text).values())) == list(table([POSTS, P99, PGBENCH]))


def test_rows_of_other_tables_are_no_results():
    assert (
        read("| | a second | quartiles | p50 |\n|---|---|---|---|\n| posts | 1,200 | x | 3 |") == {}
    )


def spread(median, noise):
    return Spread(median, median - noise, median + noise)


@pytest.mark.parametrize(
    ("before", "after", "target", "is_worse"),
    [
        (spread(0.50, 0.02), spread(0.45, 0.02), at_least(0.4), True),
        # Within the noise of both.
        (spread(0.50, 0.03), spread(0.45, 0.03), at_least(0.4), False),
        (spread(0.50, 0.02), spread(0.60, 0.02), at_least(0.4), False),
        # Of these, less is better.
        (spread(100, 5), spread(120, 5), at_most(150), True),
        (spread(120, 5), spread(100, 5), at_most(150), False),
        (spread(0.50, 0.02), spread(0.45, 0.02), None, True),
    ],
)
def test_ratio_that_fell_by_more_than_the_noise_is_told(before, after, target, is_worse):
    earlier = {"act": Result("act", before, target)}
    assert bool(list(fallen(earlier, [Result("act", after, target)]))) is is_worse


def test_sentence_names_both_figures():
    earlier = {"act": Result("act", spread(0.5, 0.02), at_least(0.4))}
    assert list(fallen(earlier, [Result("act", spread(0.4, 0.01), at_least(0.4))])) == [
        "act: 0.400, was 0.500, more than the noise of ±0.0300."
    ]


def test_new_result_has_nothing_to_fall_from():
    assert list(fallen({}, [POSTS])) == []


def test_part_is_handed_to_the_run_of_all(tmp_path, monkeypatch, capsys):
    for name, value in results.handing_over_to(tmp_path / "part").items():
        monkeypatch.setenv(name, value)
    part = Part("Posts", ["Load: 3"], ["| posts | 600 |"], [POSTS])
    results.publish(part)
    handed = results.handed_over(tmp_path / "part")
    assert list(handed.report()) == list(part.report())
    assert (handed.title, handed.conditions) == ("Posts", ["Load: 3"])
    assert "≥ 0.4 | met" in capsys.readouterr().out
