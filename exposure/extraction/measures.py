"""Measures: the words of scales, currencies, units and ranges in Chinese and English, and patterns of any of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal, TypeVar

Side = Literal["low", "base", "high"]
Meaning = TypeVar("Meaning")


def index_words(words: Mapping[Meaning, str]) -> dict[str, Meaning]:
    """Return what each word means, from words by their meaning, separated by `|`."""
    return {word: meaning for meaning, group in words.items() for word in group.split("|")}


SCALES: Mapping[str, str] = index_words({
    "1e12": "万亿|萬億|trillion|trn|tn", "1e11": "千亿", "1e10": "百亿", "1e9": "十亿|billion|bn", "1e8": "亿|億",
    "1e7": "千万", "1e6": "百万|百萬|million|mn|mln", "1e5": "十万", "1e4": "万|萬", "1e3": "千|thousand",
})  # fmt: skip
#: letters that are scales only beside a currency sign or before what is counted
LETTERS: Mapping[str, str] = {"T": "1e12", "B": "1e9", "M": "1e6", "K": "1e3", "m": "1e6", "b": "1e9", "k": "1e3"}
CURRENCIES_BEFORE: Mapping[str, str] = index_words({
    "USD": "US$|USD|$", "TWD": "NT$|NTD|TWD", "HKD": "HK$|HKD", "CNY": "RMB|CNY|人民币|¥|￥", "EUR": "EUR|€",
    "JPY": "JPY", "KRW": "KRW|₩", "GBP": "GBP|£",
})  # fmt: skip
CURRENCIES_AFTER: Mapping[str, str] = index_words({
    "USD": "美元|美金|USD|dollars|dollar", "CNY": "元人民币|人民币|元|RMB|CNY|yuan",
    "TWD": "新台币|新臺幣|台币|台幣|TWD", "HKD": "港元|港币", "EUR": "欧元|歐元|EUR|euros", "JPY": "日元|日圆|yen",
    "KRW": "韩元|韓元|won", "GBP": "英镑",
})  # fmt: skip
#: word -> unit, and how many of the unit one is
UNITS: Mapping[str, tuple[str, str]] = index_words({
    ("fraction", "0.01"): "%|percent|per cent|个百分点|個百分點|百分点|pct|ppt|pp|percentage points",
    ("fraction", "0.0001"): "个基点|個基點|基点|bps|bp|basis points", ("fraction", "0.1"): "成",
    ("multiple", "1"): "倍|x|X|times", ("USD", "0.01"): "美分|cents",
    ("GW", "1"): "GW|吉瓦|千兆瓦|gigawatts|gigawatt", ("GW", "0.001"): "MW|兆瓦|megawatts|megawatt",
    ("kW", "1"): "kW|KW|千瓦", ("kW", "0.001"): "W|瓦",
    ("TFLOPS", "1"): "TFLOPS|TFLOP/s|TFLOPs", ("TFLOPS", "1e3"): "PFLOPS|PFLOP/s|petaflops",
    ("TFLOPS", "1e6"): "EFLOPS", ("TOPS", "1"): "TOPS", ("TB/s", "1"): "TB/s", ("TB/s", "0.001"): "GB/s",
    ("Tbit/s", "1"): "Tbps", ("Tbit/s", "0.001"): "Gbps", ("TB", "1"): "TB", ("TB", "0.001"): "GB",
    ("nm", "1"): "nm|纳米|奈米", ("year", "1"): "年|years|year", ("quarter", "1"): "个季度|quarters",
    ("month", "1"): "个多月|个月|個月|months|month", ("week", "1"): "周|weeks", ("day", "1"): "天|days|day",
    ("hour", "1"): "小时|hours", ("microsecond", "1"): "微秒|μs", ("microsecond", "1e3"): "毫秒",
    ("token/s", "1"): "tokens/s", ("token", "1"): "tokens|token|Tokens",
    ("chip", "1"): "颗芯片|芯片|颗|顆|枚|卡", ("piece", "1"): "块|片|根|只|件|张", ("server", "1"): "台服务器",
    ("rack", "1"): "机柜|個機櫃|个机柜|台机柜|柜", ("unit", "1"): "台|臺|套|部", ("person", "1"): "名|人",
    ("user", "1"): "用户", ("count", "1"): "RPM|家|款|个|個|座|项|星|次|条",
})  # fmt: skip
#: what English counts; up to two words of description may come between
NOUNS: Mapping[str, str] = index_words({
    "chip": "chips|accelerators|GPUs|TPUs", "rack": "racks|cabinets", "server": "servers", "tray": "trays",
    "board": "boards", "module": "modules", "unit": "units|systems", "wafer": "wafers", "user": "users",
    "count": "customers|companies|robots|sites|fabs", "person": "employees", "piece": "pieces",
})  # fmt: skip
RANGE_WORDS_BEFORE: Mapping[str, Side] = index_words({
    "high": "不超过|不超過|不高于|至多|最多|低于|不足|不到|多达|多達|最高|高达|高達|少于|小于|up to|at most|"
            "no more than|less than|fewer than|below|under|<|≤",
    "low": "不低于|不少于|超过|超過|超出|超|逾|突破|冲破|高于|大于|至少|最少|多于|起码|起碼|more than|at least|"
           "no less than|exceeding|exceeds|exceed|exceeded|over|above|>|≥",
    "base": "接近|将近|將近|近|大约|大約|大概|约为|约|約|nearly|almost|close to|about|around|approximately|"
            "roughly|~|≈",
})  # fmt: skip
RANGE_WORDS_AFTER: Mapping[str, Side] = index_words({
    "low": "以上|及以上|+|plus|or more", "high": "以下|以内|以內|or less", "base": "左右|上下|or so",
})  # fmt: skip
#: whole quantities in words: side, number and unit
WHOLE_QUANTITIES: Mapping[str, tuple[Side, str, str]] = index_words({
    ("base", "2", "multiple"): "翻一番|翻倍|翻番|doubling|doubled", ("base", "3", "multiple"): "tripled",
    ("base", "4", "multiple"): "翻两番", ("base", "0.5", "fraction"): "一半",
    ("low", "1", "fraction"): "三位数百分比|三位数|triple-digit|triple digits",
    ("low", "0.1", "fraction"): "两位数百分比|两位数|double-digit|double digits",
})  # fmt: skip
DIGITS: Mapping[str, int] = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2, "兩": 2, "〇": 0}

#: characters that turn a unit into another word: 台积电, 成本, 部分, 周期
_OTHER_WORDS: Mapping[str, str] = {
    "台": "积積湾灣达達光股厂系", "成": "本为立长熟品都功员果交", "部": "分门署", "周": "期活年转", "条": "件款",
    "年": "底初末中", "人": "工", "次": "贷级日", "元": "器件素", "个": "股人", "只": "有是", "项": "目",
    "千": "问", "家": "电居", "超": "节级算",
}  # fmt: skip


def match_any(words: Iterable[str]) -> str:
    """Return a pattern of the words, longest first, each where it is not part of a longer word."""
    return "|".join(_match_whole(word) for word in sorted(words, key=len, reverse=True))


def _match_whole(word: str) -> str:
    others = _OTHER_WORDS.get(word)
    is_latin = word.isascii() and word[-1].isalpha()
    return re.escape(word) + ("(?![A-Za-z0-9])" if is_latin else f"(?![{others}])" if others else "")
