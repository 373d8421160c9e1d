"""What is proposed of a note and how sure it is, what is not, and that no number is invented."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exposure.extraction.documents import fold_text
from exposure.extraction.proposals import COLUMNS, NoteReader, Proposal
from exposure.seeds import resources
from exposure.seeds.periods import parse_period
from tests.support.notes import DIGEST, FILLED, SPUN, TEXTS

ROOT = Path(__file__).resolve().parents[2]


def by_span(proposals: list[Proposal]) -> dict[str, Proposal]:
    return {proposal.span: proposal for proposal in proposals}


def test_a_proposal_carries_all_that_is_known_of_its_quantity(reader: NoteReader) -> None:
    proposal = by_span(reader.propose_claims(DIGEST))["超1100亿美元"]
    assert (proposal.title, proposal.publisher) == ("云厂商的秋天:谁在下单", "某某财经")
    assert proposal.published_on == date(2025, 10, 20)
    assert (proposal.low, proposal.base, proposal.high) == (110_000.0, None, None)
    assert (proposal.unit, proposal.scale, proposal.currency) == ("USD million", 100.0, "USD")
    assert (proposal.range_word, proposal.companies, proposal.programmes) == ("超", ("amazon",), ())
    assert (proposal.period, proposal.period_words, proposal.citation) == ("2025", "今年", "[1][3]")
    assert DIGEST[proposal.start : proposal.end] == "超1100亿美元"


def test_each_quantity_gets_the_period_and_the_names_of_its_own_sentence(reader: NoteReader) -> None:
    proposals = by_span(reader.propose_claims(DIGEST))
    seen = {span: (p.companies[:1], p.programmes, p.period, p.citation) for span, p in proposals.items()}
    assert seen["15%-20%"] == (("amazon",), (), "2026", "[1][3]")
    assert seen["约45万颗"] == (("amazon",), ("trainium2",), "2025Q4", "[2]")
    assert seen["3亿元"] == (("envicool",), (), "2023", "[4]")
    assert seen["7.5亿元"] == (("envicool",), (), "2024", "[4]")
    assert seen["over 2,500 GB200 racks"][:3] == (("quanta",), ("gb200-nvl72",), "2025")
    assert seen["up to 9,000 racks"][2:] == ("2026", "[5]")
    assert seen["$2.0-2.1 billion"] == (("marvell",), (), "FQ2025-10", "[6]")


def test_the_company_of_the_heading_is_carried_to_its_bullets(reader: NoteReader) -> None:
    text = "回顾\n某社 2025-10-03\n微软 - 开支240亿美元[1] - 利润率43%[2] Meta - 开支170亿美元[3]\n"
    proposals = by_span(reader.propose_claims(text))
    assert [proposals[s].companies for s in ("240亿美元", "43%", "170亿美元")] == [
        ("microsoft",),
        ("microsoft",),
        ("meta",),
    ]


def test_a_company_of_an_earlier_line_gives_way_to_one_that_the_sentence_names(reader: NoteReader) -> None:
    (_, share) = reader.propose_claims("- Quanta ships 10k racks.\n- AVC has 35% share of GB300 cold plates\n")
    assert (share.companies, share.programmes) == (("avc",), ("gb300-nvl72",))


def test_a_brokers_sentence_on_a_programme_has_no_company_of_an_earlier_line(reader: NoteReader) -> None:
    (_, units) = reader.propose_claims("- Quanta ships 10k racks.\n- BofA now expects 4.6 million TPUs in 2026\n")
    assert (units.base, units.companies, units.programmes) == (4_600_000.0, (), ("tpu",))


def test_more_context_raises_the_confidence(reader: NoteReader) -> None:
    whole = by_span(reader.propose_claims(DIGEST))["超1100亿美元"]
    (lonely,) = reader.propose_claims("增长到35万")
    assert lonely.confidence < 0.5 < 0.85 < whole.confidence <= 1


def test_a_period_that_cannot_be_resolved_adds_no_confidence(reader: NoteReader) -> None:
    text = "博通第三季度订单100亿美元。"
    (undated,) = reader.propose_claims(text)
    dated = reader.propose_claims(f"题目\n某社 2025-10-03\n{text}")[0]
    assert (undated.period, undated.period_words, dated.period) == (None, "第三季度", "2025Q3")
    assert undated.confidence < dated.confidence - 0.1


# --- bad texts ----------------------------------------------------------------------------


def test_fillers_between_words_hide_no_quantity(reader: NoteReader) -> None:
    proposals = by_span(reader.propose_claims(FILLED))
    assert (proposals["830亿美元"].base, proposals["830亿美元"].period) == (83_000.0, "2024")
    assert proposals["830亿美元"].companies == ("amazon",)
    assert {"6 年", "5 年"} <= set(proposals)


def test_fillers_between_all_characters_hide_no_quantity(reader: NoteReader) -> None:
    text = "★☆".join("博通营收增长63%。订单100亿美元")
    (growth, order) = reader.propose_claims(text)
    assert (growth.base, order.base, order.companies) == (0.63, 10_000.0, ("broadcom",))
    assert text[order.start : order.end] == "★☆".join("100亿美元")


@pytest.mark.parametrize("cut", ["5✿12%", "10✿✿00亿美元", "1✿.5%", "1.✿5%", "1,✿500亿元", "10 ✿ 00亿美元"])
def test_a_number_cut_by_a_filler_is_not_a_quantity(reader: NoteReader, cut: str) -> None:
    text = f"博通一季度增长{cut}，其余从略✿并无他事✿，再看✿下文。此外无事，真的无事，确实无事。"
    assert reader.propose_claims(text) == []


def test_a_sign_that_occurs_once_cuts_a_number_too(reader: NoteReader) -> None:
    assert reader.propose_claims("一季度增长5🚀12%") == []


def test_fillers_between_two_numbers_leave_both(reader: NoteReader) -> None:
    text = "一季度增长5%✿12%，其余从略✿并无他事✿，再看下文。此外无事，真的无事。"
    assert [p.base for p in reader.propose_claims(text)] == [0.05, 0.12]


def test_fillers_in_a_span_lower_its_confidence(reader: NoteReader) -> None:
    (clean,) = reader.propose_claims("博通营收增长,约63%。此外无事,真的无事,确实无事")
    (filled,) = reader.propose_claims("博通营收✿增长,约✿63%。此外✿无事,真的无事,确实无事")
    assert filled.confidence < clean.confidence


def test_spun_sentences_give_what_is_written_and_no_more(reader: NoteReader) -> None:
    assert [(p.span, p.low, p.base) for p in reader.propose_claims(SPUN)] == [
        ("55%以上", 0.55, None),
        ("超 2GW", 2.0, None),
        ("一半", None, 0.5),
        ("30万颗", None, 300_000.0),
    ]


# --- properties ---------------------------------------------------------------------------


def significant(number: str) -> str:
    """Return the digits of a number without the zeros that only give its size."""
    return re.sub("[^0-9]", "", number).strip("0") or "0"


#: number words and their significant digits
NUMBER_WORDS = {"翻一番": "2", "翻两番": "4", "翻倍": "2", "翻番": "2", "一半": "5", "三位数": "1", "两位数": "1"}
NUMBER_WORDS |= {"doubling": "2", "doubled": "2", "tripled": "3", "triple": "1", "double": "1"}


def written(span: str) -> Iterator[str]:
    text = fold_text(span).text
    for number in re.findall(r"[0-9]+(?:,[0-9]+)*(?:\.[0-9]+)?", text):
        yield significant(number)
    yield from (number for word, number in NUMBER_WORDS.items() if word in text.casefold())
    for tens, ten, ones in re.findall("([一二三四五六七八九两]?)(十?)([一二三四五六七八九两]?)", text):
        digits = {"": 0, "两": 2} | {character: n for n, character in enumerate("一二三四五六七八九", start=1)}
        yield significant(str((digits[tens] or 1) * 10 + digits[ones] if ten else digits[tens]))


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS)
def test_any_text_is_read_and_no_number_is_invented(reader: NoteReader, text: str) -> None:
    for proposal in reader.propose_claims(text):
        assert text[proposal.start : proposal.end] == proposal.span
        numbers = [n for n in (proposal.low, proposal.base, proposal.high) if n is not None]
        assert numbers
        in_span = set(written(proposal.span))
        assert {significant(format(Decimal(repr(number)), "f")) for number in numbers} <= in_span
        assert 0 <= proposal.confidence <= 1
        assert proposal.low is None or proposal.high is None or proposal.low <= proposal.high
        if proposal.period:
            parse_period(proposal.period)


@settings(max_examples=100)
@given(
    st.integers(1, 999_999).map(lambda n: n / 100),
    st.sampled_from([("亿美元", 100.0, "USD million"), ("%", 0.01, "fraction"), ("万颗", 1e4, "chip")]),
    st.sampled_from(["", "超", "约"]),
)
def test_every_plain_figure_is_found(
    reader: NoteReader, number: float, unit: tuple[str, float, str], word: str
) -> None:
    (proposal,) = reader.propose_claims(f"博通为{word}{number:g}{unit[0]}。")
    value = proposal.low if word == "超" else proposal.base
    assert value == pytest.approx(float(f"{number:g}") * unit[1])
    assert proposal.unit == unit[2]


def test_a_line_without_an_end_is_read_in_time_that_grows_with_its_length(reader: NoteReader) -> None:
    sentence = "Quanta ships over 2,500 GB200 racks this year, up to 9,000 racks in 2026 "
    start = time.process_time()
    assert len(reader.propose_claims(sentence * 2_000)) == 4_000
    assert time.process_time() - start < 20  # takes two; it took fifty when each quantity saw the whole line


def test_a_long_text_is_read_in_reasonable_time(reader: NoteReader) -> None:
    proposals = reader.propose_claims("1" * 20_000 + " " * 20_000 + "一" * 20_000 + "近" * 20_000 + "5%")
    assert [p.span for p in proposals] == ["5%"] or [p.span[-2:] for p in proposals] == ["5%"]


# --- the command --------------------------------------------------------------------------


def run(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-m", "exposure", "ingest", *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment, check=False)


def test_the_command_writes_a_staging_file_and_leaves_the_seeds_alone(tmp_path: Path) -> None:
    (tmp_path / "digest.md").write_text(DIGEST, encoding="utf-8", newline="")
    before = resources.fingerprint(resources.seeds_dir())
    done = run("digest.md", "--output", "staging.csv", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert "proposals from 2 documents" in done.stderr
    with (tmp_path / "staging.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert {row["span"] for row in rows} >= {"超1100亿美元", "约45万颗", "up to 9,000 racks"}
    assert resources.fingerprint(resources.seeds_dir()) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["digest.md", "staging.csv"]


def test_the_command_gives_the_header_alone_when_there_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    done = run("empty.txt", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, ",".join(COLUMNS) + "\n")


def test_the_command_names_a_file_that_is_not_there(tmp_path: Path) -> None:
    done = run("absent.txt", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "absent.txt cannot be read" in done.stderr
