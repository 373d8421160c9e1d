"""Digests as analysts paste them: what is proposed, what is not, and that nothing is invented.

The texts are made up, in the manner of research digests; their figures mean nothing.
"""

from __future__ import annotations

import csv
import importlib.util
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exposure.errors import ExposureError
from exposure.extraction import documents as digests
from exposure.extraction import quantities
from exposure.extraction import relative_periods as spoken_periods
from exposure.extraction.proposals import COLUMNS, Proposal, Reader, proposals
from exposure.seeds import periods, resources

ROOT = Path(__file__).resolve().parents[2]

DIGEST = """Workflow
搜索文档
云厂商的秋天：谁在下单
某某财经· 2025-10-20 09:15
核心内容 - 亚马逊今年资本开支预计超1100亿美元 明年或增长15%-20%[1][3] \
- Trainium2本季度出货约45万颗 单价近4000美元[2] - 英维克冷板收入从2023年3亿元增至2024年7.5亿元[4]
Second note: racks and money
Some Research
Oct 3, 2025
- Quanta ships over 2,500 GB200 racks this year, up to 9,000 racks in 2026 [5]
- Marvell guides FQ3 revenue to $2.0-2.1 billion, nearly 60% above last year [6]
"""


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.of(resources.seeds_dir())


def in_text(text: str) -> list[quantities.Quantity]:
    return quantities.found(digests.fold(text).text)


def one(text: str) -> quantities.Quantity:
    (quantity,) = in_text(text)
    return quantity


def spans(text: str) -> list[str]:
    folded = digests.fold(text).text
    return [folded[q.start : q.end] for q in quantities.found(folded)]


# --- quantities ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "values", "unit"),
    [
        ("营收12.5亿美元", (None, 1.25e9, None), "USD"),
        ("投资3万亿元", (None, 3e12, None), "CNY"),
        ("售价 70 万元", (None, 7e5, None), "CNY"),
        ("出货35万颗", (None, 3.5e5, None), "chip"),
        ("提升320个基点", (None, 0.032, None), "fraction"),
        ("毛利率上升2.5pct", (None, 0.025, None), "fraction"),
        ("占三成", (None, 0.3, None), "fraction"),
        ("功耗 120kW", (None, 120.0, None), "kW"),
        ("容量10MW", (None, 0.01, None), "GW"),
        ("算力5 petaflops", (None, 5000.0, None), "TFLOPS"),
        ("a multiple of 21x", (None, 21.0, None), "multiple"),
        ("US$2.5bn", (None, 2.5e9, None), "USD"),
        ("NT$1,200", (None, 1200.0, None), "TWD"),
        ("$40m", (None, 4e7, None), "USD"),
        ("1.2 million GPUs", (None, 1.2e6, None), "chip"),
        ("350,000 custom chips", (None, 3.5e5, None), "chip"),
        ("500k chips", (None, 5e5, None), "chip"),
        ("300k units", (None, 3e5, None), "unit"),
        ("30k racks", (None, 3e4, None), "rack"),
        ("NT$98.5 billion", (None, 9.85e10, None), "TWD"),
        ("２５％", (None, 0.25, None), "fraction"),
        ("两倍", (None, 2.0, None), "multiple"),
        ("产能翻倍", (None, 2.0, None), "multiple"),
        ("triple-digit growth", (1.0, None, None), "fraction"),
    ],
)
def test_a_quantity_has_its_unit_and_scale(
    text: str, values: tuple[float | None, float | None, float | None], unit: str
) -> None:
    assert (one(text).scaled(), one(text).unit) == (values, unit)


@pytest.mark.parametrize(
    ("text", "side", "word"),
    [
        ("超300亿元", "low", "超"),
        ("逾20%", "low", "逾"),
        ("40%以上", "low", "以上"),
        ("4000多个", "low", "多"),
        ("more than 5%", "low", "more than"),
        ("不超过8%", "high", "不超过"),
        ("50%以下", "high", "以下"),
        ("up to $3 billion", "high", "up to"),
        ("近90%", "base", "近"),
        ("约12万台", "base", "约"),
        ("30%左右", "base", "左右"),
        ("Nearly 60%", "base", "Nearly"),
        ("不到30万颗", "high", "不到"),
        ("多达30万颗", "high", "多达"),
        ("最高30万颗", "high", "最高"),
        ("高达30万颗", "high", "高达"),
        ("高达80%以上", "low", "高达 以上"),
        ("起码30万颗", "low", "起码"),
    ],
)
def test_a_range_word_opens_the_side_that_it_means(text: str, side: str, word: str) -> None:
    quantity = one(text)
    stated = {name for name in ("low", "base", "high") if getattr(quantity, name) is not None}
    assert (stated, quantity.range_word) == ({side}, word)


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("10-12万台", 1e5, 1.2e5, "unit"),
        ("10万-12万台", 1e5, 1.2e5, "unit"),
        ("30%～40%", 0.3, 0.4, "fraction"),
        ("+73%-77%", 0.73, 0.77, "fraction"),
        ("5000万至1亿美元", 5e7, 1e8, "USD"),
        ("$1.5 to $2 billion", 1.5e9, 2e9, "USD"),
        ("$66-72 billion", 6.6e10, 7.2e10, "USD"),
        ("US$1.5-2.5 billion", 1.5e9, 2.5e9, "USD"),
        ("$1.5 to 2.5 billion", 1.5e9, 2.5e9, "USD"),
        ("$100-120bn", 1e11, 1.2e11, "USD"),
        ("$100bn-120bn", 1e11, 1.2e11, "USD"),
        ("NT$90-98.5 billion", 9e10, 9.85e10, "TWD"),
        ("between $100 and 120 billion", 1e11, 1.2e11, "USD"),
        ("$2,000-3,000", 2000.0, 3000.0, "USD"),
        ("$5k-6k", 5000.0, 6000.0, "USD"),
        ("400-500k chips", 4e5, 5e5, "chip"),
        ("10%-20%", 0.1, 0.2, "fraction"),
        ("10% - 20%", 0.1, 0.2, "fraction"),
        ("-5%~-3%", -0.05, -0.03, "fraction"),
        ("2.5pct-3pct", 0.025, 0.03, "fraction"),
        ("between 30 and 40 percent", 0.3, 0.4, "fraction"),
        ("2000-3000亿美元", 2e11, 3e11, "USD"),
        ("五到六年", 5.0, 6.0, "year"),
        ("从64卡到512卡不等", 64.0, 512.0, "chip"),
    ],
)
def test_two_ends_are_one_range(text: str, low: float, high: float, unit: str) -> None:
    assert (one(text).scaled(), one(text).unit) == ((low, None, high), unit)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("从10亿美元到50亿美元", [1e9, 5e9]),
        ("提升320个基点至4.1%", [0.032, 0.041]),
        ("from 55 to 65 dollars", [55.0, 65.0]),
        ("同比 +12% -5% 环比", [0.12, -0.05]),
        ("+12%-5%", [0.12, -0.05]),
        ("毛利率 -5% −3%", [-0.05, -0.03]),
        ("2.8pct -6.5pct", [0.028, -0.065]),
        ("raises rack shipments to 72,000 from 65,000", [72_000.0, 65_000.0]),
        ("raises rack shipments to 72k from 65k", [72_000.0, 65_000.0]),
    ],
)
def test_a_move_from_one_figure_to_another_is_two_quantities(text: str, expected: list[float]) -> None:
    assert [q.scaled()[1] for q in in_text(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("分别为1.7亿 8.6亿和4.9亿美元", [1.7e8, 8.6e8, 4.9e8]),
        ("收入120亿美元 其中订阅55亿", [1.2e10, 5.5e9]),
    ],
)
def test_a_list_lends_its_currency(text: str, expected: list[float]) -> None:
    found = in_text(text)
    assert [q.scaled()[1] for q in found] == expected
    assert {q.currency for q in found} == {"USD"}
    assert any(q.borrowed for q in found)


def test_what_is_counted_may_stand_before_its_number() -> None:
    quantity = one("GB200 rack shipments in 2027 of 72,000")
    assert (quantity.scaled()[1], quantity.unit, quantity.borrowed) == (72_000.0, "rack", True)


def test_a_list_lends_its_unit_to_bare_numbers() -> None:
    first, second = in_text("分别低35和75个基点")
    assert (first.scaled()[1], second.scaled()[1]) == (0.0035, 0.0075)
    assert (first.borrowed, second.borrowed) == (True, False)


@pytest.mark.parametrize(
    "text",
    [
        "2025年第三季度 3Q25 FY26E 2025-11-05 20:40 10月",
        "GB200 NVL72 TPUv7 H100 Trainium2 910C 2.5D 800G 1.6T 3D",
        "[12][40] 第3家 三星电机 2台积电",
        "电话 0871-63302133 009150.KS v1.2.3 192.168.0.1",
        "1. 要点 2) 要点 （3）要点",
        "1.6T optical modules 4k video 007",
    ],
)
def test_names_dates_marks_and_numbers_of_lists_are_no_quantities(text: str) -> None:
    assert spans(text) == []


# --- periods ------------------------------------------------------------------------------

SPOKEN_ON = date(2025, 11, 2)


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("今年", "2025"),
        ("去年", "2024"),
        ("明年上半年", "2026H1"),
        ("今年下半年", "2025H2"),
        ("下半年", "2025H2"),
        ("2Q25", "2025Q2"),
        ("2025年第三季度", "2025Q3"),
        ("2008 年第一季度", "2008Q1"),
        ("第四季度", "2025Q4"),
        ("一季度", "2026Q1"),
        ("下季度", "2026Q1"),
        ("上季度", "2025Q3"),
        ("1H26", "2026H1"),
        ("2024-2027年", "2024..2027"),
        ("CY26/CY27E", "2026..2027"),
        ("26年底", "2026"),
        ("年底", "2025"),
        ("明年年底", "2026"),
        ("未来三年", "2026..2028"),
        ("the next 5 years", "2026..2030"),
        ("2025年3月", "2025-03"),
        ("12月", "2024-12"),
        ("过去12个月", "TTM2025-09"),
        ("next year", "2026"),
        ("Q3 2025", "2025Q3"),
        ("the third quarter of 2025", "2025Q3"),
        ("next quarter", "2026Q1"),
    ],
)
def test_a_period_is_resolved_by_the_day_of_its_document(text: str, period: str) -> None:
    assert spoken_periods.found(text, SPOKEN_ON)[-1].resolved(None) == period
    periods.bounds(period)


@pytest.mark.parametrize(
    ("text", "year_end_month", "period"),
    [
        ("FY26", 6, "FY2026-06"),
        ("FY26", 12, "2026"),
        ("FY25Q3", 12, "2025Q3"),
        ("2026财年第一季度", 6, "FQ2025-09"),
        ("FQ3", 1, "FQ2025-10"),
        ("fiscal 2026", 1, "FY2026-01"),
        ("FY26", None, None),
    ],
)
def test_a_fiscal_period_needs_the_end_of_the_companys_year(
    text: str, year_end_month: int | None, period: str | None
) -> None:
    (found,) = spoken_periods.found(text, SPOKEN_ON)
    assert found.resolved(year_end_month) == period


def test_without_a_day_a_relative_period_stays_unresolved() -> None:
    assert [p.resolved(12) for p in spoken_periods.found("明年 下半年 FQ3 2026年", None)] == [None, None, None, "2026"]


# --- documents ----------------------------------------------------------------------------


def test_a_digest_is_split_where_title_publisher_and_date_stand() -> None:
    heads = [(d.title, d.publisher, d.published_on) for d in digests.documents(digests.fold(DIGEST))]
    assert heads == [
        (None, None, None),
        ("云厂商的秋天:谁在下单", "某某财经", date(2025, 10, 20)),
        ("Second note: racks and money", "Some Research", date(2025, 10, 3)),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "# Racks and money\n**Some Research** · 2025-10-03\n\nBody 5%",
        "Racks and money\nSome Research\nOct 3, 2025\nBody 5%",
        "Title: Racks and money\nPublisher: Some Research\nDate: 3 October 2025\n\nBody 5%",
        "标题：Racks and money\n来源：Some Research\n发布时间：2025年10月3日\nBody 5%",
        "Racks and money\r\nSome Research | 2025/10/03 08:30\r\nBody 5%",
    ],
)
def test_a_header_is_read_in_the_ways_in_which_people_paste_it(text: str) -> None:
    (document,) = digests.documents(digests.fold(text))
    found = (document.title, document.publisher, document.published_on)
    assert found == ("Racks and money", "Some Research", date(2025, 10, 3))


def test_a_text_without_a_header_is_one_document_without_one() -> None:
    (document,) = digests.documents(digests.fold("营收增长5%。\n再无其他"))
    assert (document.title, document.publisher, document.published_on) == (None, None, None)


def test_a_date_in_a_sentence_begins_no_document() -> None:
    text = "Title\nHouse 2025-10-03\nThe plant opened on 2025-09-01 with 5% more.\n- By 2025-12-31\n"
    assert len(digests.documents(digests.fold(text))) == 1


def test_an_impossible_day_is_no_header() -> None:
    assert digests.documents(digests.fold("Title\nHouse 2025-02-31\nBody"))[0].published_on is None


# --- proposals ----------------------------------------------------------------------------


def by_span(found: list[Proposal]) -> dict[str, Proposal]:
    return {proposal.span: proposal for proposal in found}


def test_a_proposal_carries_all_that_is_known_of_its_quantity(reader: Reader) -> None:
    proposal = by_span(reader.proposals(DIGEST))["超1100亿美元"]
    assert (proposal.title, proposal.publisher) == ("云厂商的秋天:谁在下单", "某某财经")
    assert proposal.published_on == date(2025, 10, 20)
    assert (proposal.low, proposal.base, proposal.high) == (110_000.0, None, None)
    assert (proposal.unit, proposal.scale, proposal.currency) == ("USD million", 100.0, "USD")
    assert (proposal.range_word, proposal.companies, proposal.programmes) == ("超", ("amazon",), ())
    assert (proposal.period, proposal.period_words, proposal.citation) == ("2025", "今年", "[1][3]")
    assert DIGEST[proposal.start : proposal.end] == "超1100亿美元"


def test_each_quantity_gets_the_period_and_the_names_of_its_own_sentence(reader: Reader) -> None:
    found = by_span(reader.proposals(DIGEST))
    seen = {span: (p.companies[:1], p.programmes, p.period, p.citation) for span, p in found.items()}
    assert seen["15%-20%"] == (("amazon",), (), "2026", "[1][3]")
    assert seen["约45万颗"] == (("amazon",), ("trainium2",), "2025Q4", "[2]")
    assert seen["3亿元"] == (("envicool",), (), "2023", "[4]")
    assert seen["7.5亿元"] == (("envicool",), (), "2024", "[4]")
    assert seen["over 2,500 GB200 racks"][:3] == (("quanta",), ("gb200-nvl72",), "2025")
    assert seen["up to 9,000 racks"][2:] == ("2026", "[5]")
    assert seen["$2.0-2.1 billion"] == (("marvell",), (), "FQ2025-10", "[6]")


def test_the_company_of_the_heading_is_carried_to_its_bullets(reader: Reader) -> None:
    text = "回顾\n某社 2025-10-03\n微软 - 开支240亿美元[1] - 利润率43%[2] Meta - 开支170亿美元[3]\n"
    found = by_span(reader.proposals(text))
    assert [found[s].companies for s in ("240亿美元", "43%", "170亿美元")] == [
        ("microsoft",),
        ("microsoft",),
        ("meta",),
    ]


def test_a_company_of_an_earlier_line_gives_way_to_one_that_the_sentence_names(reader: Reader) -> None:
    (_, share) = reader.proposals("- Quanta ships 10k racks.\n- AVC has 35% share of GB300 cold plates\n")
    assert (share.companies, share.programmes) == (("avc",), ("gb300-nvl72",))


def test_a_broker_that_speaks_of_a_programme_is_given_no_company_of_an_earlier_line(reader: Reader) -> None:
    (_, units) = reader.proposals("- Quanta ships 10k racks.\n- BofA now expects 4.6 million TPUs in 2026\n")
    assert (units.base, units.companies, units.programmes) == (4_600_000.0, (), ("tpu",))


def test_names_are_found_in_every_spelling(reader: Reader) -> None:
    text = "台光電子 奇鋐 旭创 MRVL 2330.TW GOOGL Wiwynn"
    assert [m.identity for m in reader.companies.found(text)] == [
        "emc", "avc", "innolight", "marvell", "tsmc", "alphabet", "wiwynn",
    ]  # fmt: skip
    text = "Trainium 2 trainium3 TPUv7 TPU v8 GB200 GB300 NVL72 昇腾950 Trainium2+"
    assert [m.identity for m in reader.programmes.found(text)] == [
        "trainium2", "trainium3", "tpu-v7", "tpu-v8", "gb200-nvl72", "gb300-nvl72", "ascend-950", "trainium2.5",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["metadata", "Coracle", "the delta of", "2330 pieces", "Trainium25", "B200", "TPUs7"])
def test_a_name_inside_another_word_is_none(reader: Reader, text: str) -> None:
    assert [m.identity for m in reader.companies.found(text)] == []
    assert {m.identity for m in reader.programmes.found(text)} <= {"trainium", "tpu"}


def test_what_is_known_raises_the_confidence(reader: Reader) -> None:
    whole = by_span(reader.proposals(DIGEST))["超1100亿美元"]
    (lonely,) = reader.proposals("增长到35万")
    assert lonely.confidence < 0.5 < 0.85 < whole.confidence <= 1


def test_a_period_that_cannot_be_resolved_adds_no_confidence(reader: Reader) -> None:
    text = "博通第三季度订单100亿美元。"
    (undated,) = reader.proposals(text)
    dated = reader.proposals(f"题目\n某社 2025-10-03\n{text}")[0]
    assert (undated.period, undated.period_words, dated.period) == (None, "第三季度", "2025Q3")
    assert undated.confidence < dated.confidence - 0.1


# --- bad texts ----------------------------------------------------------------------------

#: every word followed by ornaments, and advertising between the sentences
FILLED = "亚马逊✿❀ღ,2024年✿❀ღ的资本开支为830亿美元✿❀ღ。来就送大礼✿❀ღ!利用率从✿❀ღ 6 年✿❀ღ缩短至 5 年✿❀ღ。"
#: sentences of several articles shuffled, their words swapped for near synonyms
SPUN = "份额跨越55%以上,取此同时,?正正在铺设超 2GW 的机群;来岁占比将到一半。只需把计较器按坏,签下30万颗的和谈,曲到。"


def test_fillers_between_words_hide_no_quantity(reader: Reader) -> None:
    found = by_span(reader.proposals(FILLED))
    assert (found["830亿美元"].base, found["830亿美元"].period) == (83_000.0, "2024")
    assert found["830亿美元"].companies == ("amazon",)
    assert {"6 年", "5 年"} <= set(found)


def test_fillers_between_all_characters_hide_no_quantity(reader: Reader) -> None:
    text = "★☆".join("博通营收增长63%。订单100亿美元")
    (growth, order) = reader.proposals(text)
    assert (growth.base, order.base, order.companies) == (0.63, 10_000.0, ("broadcom",))
    assert text[order.start : order.end] == "★☆".join("100亿美元")


@pytest.mark.parametrize("cut", ["5✿12%", "10✿✿00亿美元", "1✿.5%", "1.✿5%", "1,✿500亿元", "10 ✿ 00亿美元"])
def test_a_number_that_a_filler_cuts_is_none(reader: Reader, cut: str) -> None:
    text = f"博通一季度增长{cut}，其余从略✿并无他事✿，再看✿下文。此外无事，真的无事，确实无事。"
    assert reader.proposals(text) == []


def test_a_sign_that_comes_once_cuts_a_number_too(reader: Reader) -> None:
    assert reader.proposals("一季度增长5🚀12%") == []


def test_fillers_between_two_numbers_leave_both(reader: Reader) -> None:
    text = "一季度增长5%✿12%，其余从略✿并无他事✿，再看下文。此外无事，真的无事。"
    assert [p.base for p in reader.proposals(text)] == [0.05, 0.12]


def test_fillers_in_a_span_lower_its_confidence(reader: Reader) -> None:
    (clean,) = reader.proposals("博通营收增长,约63%。此外无事,真的无事,确实无事")
    (filled,) = reader.proposals("博通营收✿增长,约✿63%。此外✿无事,真的无事,确实无事")
    assert filled.confidence < clean.confidence


def test_spun_sentences_give_what_is_written_and_no_more(reader: Reader) -> None:
    assert [(p.span, p.low, p.base) for p in reader.proposals(SPUN)] == [
        ("55%以上", 0.55, None),
        ("超 2GW", 2.0, None),
        ("一半", None, 0.5),
        ("30万颗", None, 300_000.0),
    ]


# --- properties ---------------------------------------------------------------------------

WORDS = """
亚马逊 Trainium2 GB200 NVL72 H20 超 近 约 以上 左右 不超过 over nearly up to 从 至 到 - ~ 和 、 , . 。 ; : ( )
[1] [23] 2025 2026年 2Q25 FY26 FQ3 今年 明年 下半年 第三季度 2025-11-05 12月 过去12个月 5 12.5 1,200 30 0 007 .5
1e9 + % 个基点 pct 万 亿 万亿 百万 million billion bn 美元 元 $ US$ NT$ RMB 颗 台 GW MW 倍 x 年 个月 翻倍 一半 两
十 三 三位数 ✿ ღ ★ 🚀 # ** •
"""
PIECES = [*WORDS.split(), " ", "\n", "\r\n", "Title\nHouse 2025-10-03\n"]
TEXTS = st.one_of(
    st.text(),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=2)), max_size=60).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join),
    st.permutations(list(SPUN + FILLED)).map("".join),
)


def significant(number: str) -> str:
    """Give the digits of a number without the zeros that only say its size."""
    return re.sub("[^0-9]", "", number).strip("0") or "0"


#: what number words say, by their significant digits
SAID = {"翻一番": "2", "翻两番": "4", "翻倍": "2", "翻番": "2", "一半": "5", "三位数": "1", "两位数": "1"}
SAID |= {"doubling": "2", "doubled": "2", "tripled": "3", "triple": "1", "double": "1"}


def written(span: str) -> Iterator[str]:
    text = digests.fold(span).text
    for number in re.findall(r"[0-9]+(?:,[0-9]+)*(?:\.[0-9]+)?", text):
        yield significant(number)
    yield from (number for word, number in SAID.items() if word in text.casefold())
    for tens, ten, ones in re.findall("([一二三四五六七八九两]?)(十?)([一二三四五六七八九两]?)", text):
        digits = {"": 0, "两": 2} | {character: n for n, character in enumerate("一二三四五六七八九", start=1)}
        yield significant(str((digits[tens] or 1) * 10 + digits[ones] if ten else digits[tens]))


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS)
def test_any_text_is_read_and_no_number_is_invented(reader: Reader, text: str) -> None:
    for proposal in reader.proposals(text):
        assert text[proposal.start : proposal.end] == proposal.span
        numbers = [n for n in (proposal.low, proposal.base, proposal.high) if n is not None]
        assert numbers
        in_span = set(written(proposal.span))
        assert {significant(format(Decimal(repr(number)), "f")) for number in numbers} <= in_span
        assert 0 <= proposal.confidence <= 1
        assert proposal.low is None or proposal.high is None or proposal.low <= proposal.high
        if proposal.period:
            periods.bounds(proposal.period)


@settings(max_examples=200)
@given(TEXTS)
def test_documents_lie_one_after_the_other_inside_the_text(text: str) -> None:
    folded = digests.fold(text)
    end = 0
    for document in digests.documents(folded):
        assert end <= document.start <= document.end <= len(folded.text)
        end = document.end
    assert list(folded.places) == sorted(set(folded.places))


@settings(max_examples=100)
@given(
    st.integers(1, 999_999).map(lambda n: n / 100),
    st.sampled_from([("亿美元", 100.0, "USD million"), ("%", 0.01, "fraction"), ("万颗", 1e4, "chip")]),
    st.sampled_from(["", "超", "约"]),
)
def test_every_plain_figure_is_found(reader: Reader, number: float, unit: tuple[str, float, str], word: str) -> None:
    (proposal,) = reader.proposals(f"博通为{word}{number:g}{unit[0]}。")
    value = proposal.low if word == "超" else proposal.base
    assert value == pytest.approx(float(f"{number:g}") * unit[1])
    assert proposal.unit == unit[2]


def test_a_line_without_an_end_is_read_in_time_that_grows_with_its_length(reader: Reader) -> None:
    sentence = "Quanta ships over 2,500 GB200 racks this year, up to 9,000 racks in 2026 "
    start = time.process_time()
    assert len(reader.proposals(sentence * 2_000)) == 4_000
    assert time.process_time() - start < 20  # takes two; it took fifty when each quantity saw the whole line


def test_a_long_text_is_read_in_reasonable_time(reader: Reader) -> None:
    found = reader.proposals("1" * 20_000 + " " * 20_000 + "一" * 20_000 + "近" * 20_000 + "5%")
    assert [p.span for p in found] == ["5%"] or [p.span[-2:] for p in found] == ["5%"]


# --- files and the command ----------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_file_is_read_in_the_encodings_of_pasted_text(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "digest.txt"
    path.write_bytes("博通营收增长63%。".encode(encoding))
    assert digests.read(path) == "博通营收增长63%。"


@pytest.mark.parametrize("content", [b"\x00\x01\x02", b"\xff\xff\xff", b"\xff\xfe\x00"])
def test_what_is_no_text_is_refused_with_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "digest.txt"
    path.write_bytes(content)
    with pytest.raises(ExposureError, match=r"is not a text in UTF-8, UTF-16 or GB18030\."):
        digests.read(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExposureError, match=r"absent\.txt cannot be read"):
        proposals(tmp_path / "absent.txt")


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


# --- the benchmark ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    path = ROOT / "benchmarks" / "ingest.py"
    spec = importlib.util.spec_from_file_location("ingest_benchmark", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_benchmark_matches_money_in_any_scale_and_never_a_part_with_a_count(benchmark: ModuleType) -> None:
    claim = benchmark.entry("USD million", (None, 300.0, None), [], None)
    assert benchmark.entry("USD", (None, 3e8, None), [], None).matches(claim)
    assert not benchmark.entry("CNY million", (None, 300.0, None), [], None).matches(claim)
    assert not benchmark.entry("USD million", (300.0, None, 400.0), [], None).matches(claim)
    fraction = benchmark.entry("fraction", (None, 0.3, None), [], None)
    assert not benchmark.entry("multiple", (None, 0.3, None), [], None).matches(fraction)
    assert benchmark.entry("fraction", (None, -0.3, None), [], None).matches(fraction)


def test_the_benchmark_counts_a_document_that_stands_twice_once(
    benchmark: ModuleType, reader: Reader, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text(DIGEST, encoding="utf-8")
    (tmp_path / "b.txt").write_text(DIGEST + "Third\nHouse 2025-11-01\n5%\n", encoding="utf-8")
    found = list(benchmark.notes(tmp_path, reader))
    assert [note for note, _ in found] == ["N01", "N02", "N03"]
    assert [len(proposals) for _, proposals in found][2] == 1
