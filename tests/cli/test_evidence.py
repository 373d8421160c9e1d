"""check, audit and sources."""

from __future__ import annotations

from pathlib import Path

from tests.support import seed_folders as worlds
from tests.support.commands import read_csv, run, write_world


def test_check_counts_the_rows_of_sound_seeds(folder: Path) -> None:
    checked = run("check")
    assert checked.exit_code == 0
    assert {"table": "companies", "rows": "3"} in read_csv(checked)


def test_check_names_every_fault_and_exits_with_one(folder: Path) -> None:
    write_world(folder / "bad", worlds.share("nobody", base=0.3), worlds.share("alpha", base=1.4, fact_id="X1"))
    checked = run("check", "bad")
    assert checked.exit_code == 1
    assert "supply_shares.csv:2 company_id:" in checked.stderr
    assert "supply_shares.csv:3 base:" in checked.stderr


def test_audit_exits_with_one_while_a_finding_is_open(folder: Path) -> None:
    share_sum = [worlds.share("alpha", base=0.8), worlds.share("beta", base=0.8)]
    seeds = write_world(folder / "seeds", *share_sum)
    audited = run("--db", "a.duckdb", "--seeds", str(seeds), "audit")
    assert audited.exit_code == 1
    assert "open" in {row["state"] for row in read_csv(audited)}


def test_sources_lists_documents_and_one_document_lists_its_facts(folder: Path) -> None:
    assert "DOC" in run("sources").stdout
    assert "SF-0001" in run("sources", "DOC").stdout
    assert read_csv(run("sources", "sf-0001")) == [
        row for row in read_csv(run("sources", "DOC")) if row["fact_id"] == "SF-0001"
    ]
    unknown = run("sources", "NOWHERE")
    assert (unknown.exit_code, unknown.stdout) == (2, "")
    assert "NOWHERE" in unknown.stderr


def test_sources_of_a_company_by_any_name_are_the_facts_of_its_tree(folder: Path) -> None:
    facts = {row["fact_id"] for row in read_csv(run("sources", "阿爾法"))}
    named = {fact_id for row in read_csv(run("explain", "alpha")) for fact_id in row["fact_ids"].split("; ") if fact_id}
    assert facts == named != set()
    table = run("sources", "1001 TT", "--format", "table").stdout.splitlines()
    assert table[1].startswith("DOC: ")


def test_a_company_without_a_figure_has_no_sources(folder: Path) -> None:
    (missing,) = run("sources", "gamma").stderr.splitlines()
    assert "gamma" in missing
