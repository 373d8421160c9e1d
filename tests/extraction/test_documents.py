"""Where the documents of a note begin, and how their headers and characters are read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings

from exposure.errors import ExposureError
from exposure.extraction.documents import fold_text, read_text, split_documents
from tests.support.notes import DIGEST, TEXTS


def test_a_digest_is_split_where_title_publisher_and_date_stand() -> None:
    heads = [(d.title, d.publisher, d.published_on) for d in split_documents(fold_text(DIGEST))]
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
    (document,) = split_documents(fold_text(text))
    header = (document.title, document.publisher, document.published_on)
    assert header == ("Racks and money", "Some Research", date(2025, 10, 3))


def test_a_text_without_a_header_is_one_document_without_one() -> None:
    (document,) = split_documents(fold_text("营收增长5%。\n再无其他"))
    assert (document.title, document.publisher, document.published_on) == (None, None, None)


def test_a_date_in_a_sentence_begins_no_document() -> None:
    text = "Title\nHouse 2025-10-03\nThe plant opened on 2025-09-01 with 5% more.\n- By 2025-12-31\n"
    assert len(split_documents(fold_text(text))) == 1


def test_an_impossible_day_is_not_a_header() -> None:
    assert split_documents(fold_text("Title\nHouse 2025-02-31\nBody"))[0].published_on is None


@settings(max_examples=200)
@given(TEXTS)
def test_documents_lie_one_after_the_other_inside_the_text(text: str) -> None:
    folded = fold_text(text)
    end = 0
    for document in split_documents(folded):
        assert end <= document.start <= document.end <= len(folded.text)
        end = document.end
    assert list(folded.places) == sorted(set(folded.places))


# --- files --------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_file_is_read_in_the_encodings_of_pasted_text(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "digest.txt"
    path.write_bytes("博通营收增长63%。".encode(encoding))
    assert read_text(path) == "博通营收增长63%。"


@pytest.mark.parametrize("content", [b"\x00\x01\x02", b"\xff\xff\xff", b"\xff\xfe\x00"])
def test_a_file_that_is_not_text_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "digest.txt"
    path.write_bytes(content)
    with pytest.raises(ExposureError, match=r"is not a text in UTF-8, UTF-16 or GB18030\."):
        read_text(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExposureError, match=r"absent\.txt cannot be read"):
        read_text(tmp_path / "absent.txt")
