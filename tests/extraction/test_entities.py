"""Which companies and programmes a text names, by the names of the shipped seeds."""

from __future__ import annotations

import pytest

from exposure.extraction.proposals import NoteReader


def test_names_are_found_in_every_spelling(reader: NoteReader) -> None:
    text = "台光電子 奇鋐 旭创 MRVL 2330.TW GOOGL Wiwynn"
    assert [m.identity for m in reader.companies.find_mentions(text)] == [
        "emc", "avc", "innolight", "marvell", "tsmc", "alphabet", "wiwynn",
    ]  # fmt: skip
    text = "Trainium 2 trainium3 TPUv7 TPU v8 GB200 GB300 NVL72 昇腾950 Trainium2+"
    assert [m.identity for m in reader.programmes.find_mentions(text)] == [
        "trainium2", "trainium3", "tpu-v7", "tpu-v8", "gb200-nvl72", "gb300-nvl72", "ascend-950", "trainium2.5",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["metadata", "Coracle", "the delta of", "2330 pieces", "Trainium25", "B200", "TPUs7"])
def test_a_name_inside_another_word_is_not_a_mention(reader: NoteReader, text: str) -> None:
    assert [m.identity for m in reader.companies.find_mentions(text)] == []
    assert {m.identity for m in reader.programmes.find_mentions(text)} <= {"trainium", "tpu"}
