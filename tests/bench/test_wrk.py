from pathlib import Path

import pytest

from bench import wrk

REPORT = """Running 2s test @ http://127.0.0.1:40123
  1 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency    12.39ms   35.40ms   1.02s    93.10%
    Req/Sec     5.49k     1.06k    7.02k    70.00%
  Latency Distribution
     50%  812.00us
     75%    5.41ms
     90%   30.77ms
     99%    1.20s
  10947 requests in 2.01s, 107.20MB read
Requests/sec:   5455.66
Transfer/sec:     53.42MB
"""
REFUSED = REPORT.replace("Requests/sec", "  Non-2xx or 3xx responses: 700\nRequests/sec")
BROKEN = REPORT.replace(
    "Requests/sec", "  Socket errors: connect 0, read 2, write 1, timeout 1\nRequests/sec"
)
FEW_REFUSED = REFUSED.replace("700", "7")


def test_report_is_read_in_milliseconds():
    assert wrk.parse(REPORT) == wrk.Report(
        rate=5455.66, p50=0.812, p99=1_200, requests=10_947, refused=0, broken=0
    )


def test_refused_and_broken_requests_are_counted():
    assert wrk.parse(REFUSED).refused == 700
    assert wrk.parse(BROKEN).broken == 3


def test_output_of_another_program_is_no_report():
    with pytest.raises(wrk.LoadFailedError, match="Requests/sec"):
        wrk.parse("unable to connect to 127.0.0.1:1 Connection refused")


@pytest.fixture
def stand_in(tmp_path, monkeypatch):
    """`stand_in(output)` puts a program named wrk first in the path, which prints it."""

    def put(output):
        program = tmp_path / "wrk"
        program.write_text(f"#!/bin/sh\necho \"$@\" > {tmp_path}/asked\ncat <<'END'\n{output}END\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    return put


def run(tmp_path, *paths, **more):
    load = wrk.Load(paths, {"Accept-Encoding": "gzip"}, **more)
    return wrk.run("http://web", load, seconds=2, folder=tmp_path, sessions=Path("/sessions"))


@pytest.mark.parametrize("output", [REFUSED, BROKEN])
def test_run_with_refused_or_broken_requests_gives_no_figures(stand_in, tmp_path, output):
    stand_in(output)
    with pytest.raises(wrk.LoadFailedError):
        run(tmp_path, "/hot/")


def test_run_with_a_refusal_in_a_thousand_counts(stand_in, tmp_path):
    stand_in(FEW_REFUSED)
    assert run(tmp_path, "/hot/").rate == 5455.66


def test_one_page_is_asked_for_without_a_script(stand_in, tmp_path):
    stand_in(REPORT)
    run(tmp_path, "/hot/")
    asked = (tmp_path / "asked").read_text()
    assert (
        asked == "-t1 -c32 -d2s --timeout 30s --latency -H Accept-Encoding: gzip http://web/hot/\n"
    )


def test_many_pages_and_posts_need_the_script(stand_in, tmp_path):
    stand_in(REPORT)
    run(tmp_path, "/a/", "/b/", posts_in=100)
    asked = (tmp_path / "asked").read_text()
    assert asked.endswith(f"-s {wrk.REQUESTS} http://web -- {tmp_path}/paths /sessions 100\n")
    assert (tmp_path / "paths").read_text() == "/a/\n/b/"
