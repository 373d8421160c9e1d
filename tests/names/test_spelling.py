"""The ways in which sources write the tickers and the programmes of the seeds."""

from __future__ import annotations

import pytest

from exposure.names.spelling import spell_family, spell_programme, spell_tickers


@pytest.mark.parametrize(
    ("listing", "spelled"),
    [
        (("2330", ".TW", "TT"), ["2330", "2330.TW", "2330 TT"]),
        (("NVDA", None, "US"), ["NVDA", "NVDA US"]),
        (("NVDA", None, None), ["NVDA"]),
        ((None, ".TW", "TT"), []),
    ],
)
def test_a_ticker_is_written_alone_with_its_suffix_and_with_its_exchange(
    listing: tuple[str | None, str | None, str | None], spelled: list[str]
) -> None:
    assert spell_tickers(*listing) == spelled


def test_a_programme_is_known_by_what_is_in_brackets_and_without_gaps() -> None:
    assert {"tpu-v7", "TPU v7", "TPUv7", "Ironwood"} <= set(spell_programme("tpu-v7", "TPU v7 (Ironwood)"))
    assert "GB300" in set(spell_programme("gb300-nvl72", "GB300 NVL72"))
    assert "Chip2+" in set(spell_programme("chip2.5", "Chip2.5 (also written 2+)"))


def test_a_family_is_known_by_its_own_words_and_in_chinese() -> None:
    assert "TPU" in set(spell_family("tpu", "Google TPU"))
    assert {"昇腾", "升腾"} <= set(spell_family("ascend", "Huawei Ascend"))
