"""The table of all benchmarks: what a script printed is what stands in it. `make bench` writes it."""

import sys

import pytest
from conftest import REPOSITORY

sys.path.insert(0, str(REPOSITORY))

from benchmarks import results
from benchmarks.claims import Bound, claimed, heard, machine

CLAIMS = [Bound("At least 400 a second: with 64 clients", "512", True), Bound("One in a second", "1.20 s", False)]
RAN = {"papers": results.Ran(CLAIMS[1:], "here; 2026-11-23"), "intake": results.Ran(CLAIMS, "there; 2026-11-22")}


def test_what_is_claimed_is_heard_again_among_everything_a_benchmark_prints():
    printed = ["ANSWERS, acknowledged when durable", "  together, run 1   512   98: 7", *claimed(CLAIMS)]
    assert heard(printed) == CLAIMS
    assert any(machine() in line for line in printed)


def test_the_table_says_every_claim_and_on_what_it_was_measured():
    text = results.laid_out(RAN)
    assert "| intake | At least 400 a second: with 64 clients | 512 | holds |" in text
    assert "| papers | One in a second | 1.20 s | does not hold |" in text
    assert text.index("- intake: there") < text.index("- papers: here")


def test_what_was_not_run_again_stays_as_it_was_written():
    assert results.read(results.laid_out(RAN)) == RAN


@pytest.fixture
def script(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "HERE", tmp_path)
    monkeypatch.setattr(results, "FILE", tmp_path / "RESULTS.md")

    def written(*lines):
        (tmp_path / results.BENCHMARKS["close"]).write_text("".join(f"print({line!r})\n" for line in lines))

    return written


def test_running_one_writes_its_claims_and_leaves_the_others(script, capsys):
    results.FILE.write_text(results.laid_out(RAN))
    script("a table", *claimed(CLAIMS[:1]))

    assert results.main(["close"]) == 0
    found = results.read(results.FILE.read_text())
    assert found["close"].claims == CLAIMS[:1]
    assert found["intake"] == RAN["intake"]
    assert "a table" in capsys.readouterr().out


def test_a_claim_that_does_not_hold_is_written_and_told(script):
    script(*claimed(CLAIMS))
    assert results.main(["close"]) == 1
    assert "does not hold" in results.FILE.read_text()


def test_a_benchmark_that_breaks_off_leaves_what_was_written_before(script, capsys):
    script("nothing that is claimed")
    assert results.main(["close"]) == 1
    assert "close broke off" in capsys.readouterr().out
    assert not results.FILE.exists()


def test_an_unknown_benchmark_is_named():
    with pytest.raises(SystemExit, match="Benchmark 'closes': expected any of statistics"):
        results.main(["closes"])


def test_every_script_that_claims_something_is_in_the_table():
    claiming = {file.name for file in results.HERE.glob("*.py") if "from claimed(" in file.read_text(encoding="utf-8")}
    assert claiming == set(results.BENCHMARKS.values())
