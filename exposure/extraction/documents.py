"""Documents: a pasted note, folded so that patterns match it, and split where documents begin."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from exposure.errors import ExposureError

#: signs outside the scripts and punctuation of notes, which may be fillers
_STRANGE = re.compile(
    "[^\u0000-\u024f\u0370-\u03ff\u2000-\u2044\u20a0-\u20bf\u2100-\u22ff\u2460-\u24ff"
    "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]"
)
#: a strange sign is a filler when it occurs this often
_OFTEN = 3
#: fillers that make up this part of a text separate its characters, not its words
_DENSE = 0.2
_DASHES = dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\u301c", "-") | {"\u223c": "~"}
#: marks a filler until it is known whether it cuts a number
_MARK = "\ue000"
#: strange signs inside a number, whose parts on either side are other numbers
_CUT = re.compile(
    rf"(?<=[0-9]){_STRANGE.pattern}+(?=[0-9]|[.,][0-9])|(?<=[0-9]\.){_STRANGE.pattern}+(?=[0-9])"
    rf"|(?<=[0-9],){_STRANGE.pattern}+(?=[0-9]{{3}}(?![0-9]))"
)
_LINE_ENDS = frozenset("\r\n\v\f\x85\u2028\u2029")


@dataclass(frozen=True)
class FoldedText:
    """A text as patterns see it, with the place of each character in the original."""

    text: str
    places: tuple[int, ...]
    fillers: frozenset[str]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span in the original text of a span in the folded text, which is not empty."""
        return self.places[start], self.places[end - 1] + 1


@dataclass(frozen=True)
class Document:
    """One document of a note: its header, and the span of its body in the folded text."""

    title: str | None
    publisher: str | None
    published_on: date | None
    start: int
    end: int


def read_text(path: Path) -> str:
    """Read a text file in UTF-8, UTF-16 with its mark, or GB18030; line ends stay as they are."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ExposureError(f"{path} cannot be read: {error.strerror}.") from error
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    if "utf-16" in encodings or b"\0" not in content:
        for encoding in encodings:
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise ExposureError(f"{path} is not a text in UTF-8, UTF-16 or GB18030.")


def fold_text(text: str) -> FoldedText:
    """Fold wide forms, dashes, line ends and fillers, in the order of the original.

    Fillers become spaces, so that no two numbers join, and a strange sign inside a number becomes a line that no
    pattern crosses. Fillers between all characters of a text are dropped.
    """
    fillers = _find_fillers(text)
    dense = sum(character in fillers for character in text) >= _DENSE * len(text)
    kept = [(i, _fold_character(c, text[i + 1 : i + 2])) for i, c in enumerate(text) if not (dense and c in fillers)]
    kept = [(i, _MARK if text[i] in fillers else c) for i, c in kept if c]
    marked = _CUT.sub(lambda match: "_" * len(match[0]), "".join(c for _, c in kept))
    return FoldedText(marked.replace(_MARK, " "), tuple(i for i, _ in kept), fillers)


def _find_fillers(text: str) -> frozenset[str]:
    strange = Counter(_STRANGE.findall(text))
    return frozenset(c for c, count in strange.items() if count >= _OFTEN)


def _fold_character(character: str, following: str) -> str:
    """Return one character or none."""
    if character in _LINE_ENDS:
        return "" if character == "\r" and following == "\n" else "\n"
    if "\uff01" <= character <= "\uff5e":
        return chr(ord(character) - 0xFEE0)
    if character in _DASHES:
        return _DASHES[character]
    category = unicodedata.category(character)
    if category == "Zs" or character == "\t":
        return " "
    return "" if category in ("Cc", "Cf", "Cs") else character


_MONTH = (
    "Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    "|Nov(?:ember)?|Dec(?:ember)?"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY = re.compile(
    r"(?P<y>(?:19|20)[0-9]{2})(?:[-/.] ?|年 ?)(?P<m>[0-9]{1,2})(?:[-/.] ?|月 ?)(?P<d>[0-9]{1,2})日?"
    rf"|(?P<en_month>{_MONTH})\.? (?P<en_day>[0-9]{{1,2}})(?:st|nd|rd|th)?,? (?P<en_year>(?:19|20)[0-9]{{2}})"
    rf"|(?P<eu_day>[0-9]{{1,2}}) (?P<eu_month>{_MONTH})\.?,? (?P<eu_year>(?:19|20)[0-9]{{2}})"
)
_DATE_LINE = re.compile(
    rf"(?P<publisher>[^\n]{{0,80}}?)(?P<day>{re.sub(r'[?]P<[a-z_]+>', '?:', _DAY.pattern)})"
    r"(?:[ T]{1,3}[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?(?: ?[A-Z]{2,4})?"
)
_LABEL = re.compile(
    r"(?:title|publisher|source|published(?: on)?|date|标题|標題|来源|來源|发布(?:时间|日期)|日期|机构|機構) ?: ?", re.I
)
#: words of the page around a note, in the place of a title or a publisher
_FURNITURE = frozenset({"workflow", "icon", "搜索文档", "search", "menu", "share", "分享"})
#: how lines of a body begin or end
_BODY = re.compile(r"^[-•*] |[\]。;]$|(?<![.])[.]$")
_LONGEST_TITLE = 300
_LONGEST_PUBLISHER = 40
_LONGEST_DATE_LINE = 120


@dataclass(frozen=True)
class _Line:
    start: int
    end: int
    text: str


def split_documents(folded: FoldedText) -> list[Document]:
    """Split a text where documents begin: a title line, then publisher and date on one line or on two."""
    heads = _find_heads(list(_list_lines(folded.text)))
    starts = [first for first, _ in heads]
    ends = [*starts[1:], len(folded.text)]
    documents = [replace(document, end=end) for (_, document), end in zip(heads, ends, strict=False)]
    before = starts[0] if starts else len(folded.text)
    headless = Document(None, None, None, 0, before)
    return [headless, *documents] if folded.text[:before].strip() else documents


def _find_day(text: str) -> date | None:
    """Return the first day of a text that has year, month and day."""
    return next((day for match in _DAY.finditer(text) if (day := _parse_day(match))), None)


def _parse_day(match: re.Match[str]) -> date | None:
    part = match.groupdict()
    name = part["en_month"] or part["eu_month"]
    month = _MONTHS.index(name[:3].lower()) + 1 if name else int(part["m"])
    year = part["y"] or part["en_year"] or part["eu_year"]
    try:
        return date(int(year), month, int(part["d"] or part["en_day"] or part["eu_day"]))
    except ValueError:
        return None


def _list_lines(text: str) -> Iterator[_Line]:
    start = 0
    for line in text.split("\n"):
        yield _Line(start, start + len(line), _strip_marks(line))
        start += len(line) + 1


def _strip_marks(line: str) -> str:
    """Strip Markdown marks and labels from a line, except the mark of a bullet."""
    text = line.strip()
    text = text if text.startswith("* ") else text.strip("#*_> ").strip()
    return _LABEL.sub("", text, count=1).strip() if _LABEL.match(text) else text


def _find_heads(lines: list[_Line]) -> list[tuple[int, Document]]:
    """Return the start of each document, and the document without its end; headers share no lines."""
    heads: list[tuple[int, Document]] = []
    for i in range(len(lines)):
        head = _read_head(lines, i)
        if head and (not heads or head[0] >= heads[-1][1].start):
            heads.append(head)
    return heads


def _read_head(lines: list[_Line], i: int) -> tuple[int, Document] | None:
    """Return the start of the document with its date on this line, and the document without its end."""
    match = _DATE_LINE.fullmatch(lines[i].text) if len(lines[i].text) <= _LONGEST_DATE_LINE else None
    if not match or not (day := _find_day(match["day"])):
        return None
    above = [line for line in lines[max(0, i - 6) : i] if line.text]
    publisher = match["publisher"].strip(" ·•|,-:*_") or None
    if publisher is None and len(above) > 1 and _names_a_publisher(lines, above):
        publisher = above.pop().text
    if not above or not _could_be_title(above[-1].text):
        return None
    title = above[-1]
    return title.start, Document(title.text, publisher, day, min(lines[i].end + 1, lines[-1].end), 0)


def _names_a_publisher(lines: list[_Line], above: list[_Line]) -> bool:
    """Return whether the line above a lone date is a publisher, below a title that opens a paragraph or ends a body."""
    title, publisher = above[-2:]
    place = lines.index(title)
    before = lines[place - 1].text if place else ""
    opens = not before or len(before) > _LONGEST_PUBLISHER or bool(_BODY.search(before))
    return opens and _could_be_title(title.text) and len(publisher.text) <= _LONGEST_PUBLISHER


def _could_be_title(text: str) -> bool:
    return 1 < len(text) <= _LONGEST_TITLE and text.casefold() not in _FURNITURE and not _BODY.search(text)
