"""What is a quantity, with which numbers and unit, and what is not one."""

from __future__ import annotations

import pytest

from exposure.extraction.documents import fold_text
from exposure.extraction.quantities import Quantity, find_quantities


def in_text(text: str) -> list[Quantity]:
    return find_quantities(fold_text(text).text)


def one(text: str) -> Quantity:
    (quantity,) = in_text(text)
    return quantity


def stated(quantity: Quantity) -> tuple[float | None, float | None, float | None]:
    """Return low, base and high in the unit."""
    low, base, high = (
        None if number is None else float(number * quantity.scale)
        for number in (quantity.low, quantity.base, quantity.high)
    )
    return low, base, high


# --- units and scales ---------------------------------------------------------------------


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
    assert (stated(one(text)), one(text).unit) == (values, unit)


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
    assert (stated(one(text)), one(text).unit) == ((low, None, high), unit)


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
    assert [stated(q)[1] for q in in_text(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("分别为1.7亿 8.6亿和4.9亿美元", [1.7e8, 8.6e8, 4.9e8]),
        ("收入120亿美元 其中订阅55亿", [1.2e10, 5.5e9]),
    ],
)
def test_a_list_lends_its_currency(text: str, expected: list[float]) -> None:
    quantities = in_text(text)
    assert [stated(q)[1] for q in quantities] == expected
    assert {q.currency for q in quantities} == {"USD"}
    assert any(q.borrowed for q in quantities)


def test_what_is_counted_may_precede_its_number() -> None:
    quantity = one("GB200 rack shipments in 2027 of 72,000")
    assert (stated(quantity)[1], quantity.unit, quantity.borrowed) == (72_000.0, "rack", True)


def test_a_list_lends_its_unit_to_bare_numbers() -> None:
    first, second = in_text("分别低35和75个基点")
    assert (stated(first)[1], stated(second)[1]) == (0.0035, 0.0075)
    assert (first.borrowed, second.borrowed) == (True, False)


# --- other numbers ------------------------------------------------------------------------


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
def test_names_dates_marks_and_list_numbers_are_not_quantities(text: str) -> None:
    assert in_text(text) == []
