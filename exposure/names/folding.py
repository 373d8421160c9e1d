"""Fold the names that people write, so that two spellings of one name meet, and spell those of programmes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

#: characters that names have in traditional script, and the same in simplified; chosen by hand, since tables that
#: convert whole texts take some characters of names for others
_TRADITIONAL = (
    "亞侖偉創動國壯廣數機滿滬瀾爾發積節紀維線緯聯腦臺興華蘋訊誠譜貿資軟輝達遜邁鄰鉉長際雙電飛馬騰鴻穎業東"
    "車億樂勝鵬銅銀鋼錫鐵龍寶豐學醫藥產團圖網絡聖聲膠藍蘭蘇術衛製計設語論證識護費賽贏趙軍輪轉農運遠鄭鈦鋁"
    "錦鍵鎢鏡鐘開關陸陽雲靈韓頂順領頻顯風馳駿驅體鮮麗點齊壓奧寧專導將屬嶺島帶廠強後從復愛慶應戰擇據時晉暢"
    "曉極構標橋檢歐歲歷決溫準匯濟濱瀋灣熱燈營獨獲環現瓊畢畫異盤監盧眾碩磚礎種稱穩競筆簡籌純紅級紙細終組結"
    "給統經綠綜緊總績織繼續纖羅義習聞職臨舉艦藝虛號螢裝複見規視親覺覽觀訓記講許評詞試詢詳認調談課謝議讀變"
    "讓財貝責貨質賢賓賞賣購贊軌載較輔輕輸邊郵釋針鈞鉑銘鋰錄鍋鎂鎮鏈鑄鑽門間閱闊隊階隱雜離霧項頭題願類顧飯"
    "館駐魯鷹麥黃龐"
    "瑪"
)
_SIMPLIFIED = (
    "亚仑伟创动国壮广数机满沪澜尔发积节纪维线纬联脑台兴华苹讯诚谱贸资软辉达逊迈邻铉长际双电飞马腾鸿颖业东"
    "车亿乐胜鹏铜银钢锡铁龙宝丰学医药产团图网络圣声胶蓝兰苏术卫制计设语论证识护费赛赢赵军轮转农运远郑钛铝"
    "锦键钨镜钟开关陆阳云灵韩顶顺领频显风驰骏驱体鲜丽点齐压奥宁专导将属岭岛带厂强后从复爱庆应战择据时晋畅"
    "晓极构标桥检欧岁历决温准汇济滨沈湾热灯营独获环现琼毕画异盘监卢众硕砖础种称稳竞笔简筹纯红级纸细终组结"
    "给统经绿综紧总绩织继续纤罗义习闻职临举舰艺虚号萤装复见规视亲觉览观训记讲许评词试询详认调谈课谢议读变"
    "让财贝责货质贤宾赏卖购赞轨载较辅轻输边邮释针钧铂铭锂录锅镁镇链铸钻门间阅阔队阶隐杂离雾项头题愿类顾饭"
    "馆驻鲁鹰麦黄庞"
    "玛"
)
_SCRIPTS = str.maketrans(_TRADITIONAL, _SIMPLIFIED)

#: Chinese names of families, which the seeds do not carry, as the script spells them
_SPELLED: Mapping[str, tuple[str, ...]] = {"ascend": ("昇腾", "升腾", "昇騰")}
_GENERAL = frozenset(
    {"aws", "google", "nvidia", "meta", "microsoft", "huawei", "amd", "racks", "for", "china", "export"}
)


def simplified(text: str) -> str:
    """Write in simplified script, character for character, what names have in traditional."""
    return text.translate(_SCRIPTS)


def fold(name: str) -> str:
    """Fold width, compatibility forms, case, script and runs of spaces."""
    text = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(simplified(unicodedata.normalize("NFKC", text)).split())


# --- programmes ---------------------------------------------------------------------------


def of_family(family_id: str, name: str) -> Iterator[str]:
    """Give what a family may be called: `Google TPU`, TPU."""
    yield from spellings([family_id, *_proper_words(name)])


def of_programme(programme_id: str, name: str) -> Iterator[str]:
    """Give what a programme may be called: `TPU v7 (Ironwood)`, TPU v7, TPUv7, Ironwood."""
    inside, outside = _parenthesised(name)
    yield from spellings([programme_id, outside, *inside])


def spellings(names: Iterable[str]) -> Iterator[str]:
    """Give a name as it is, without its gaps, without its `NVL72`, and in Chinese."""
    for name in names:
        plain = re.sub(r" NVL[0-9]+$", "", name, flags=re.IGNORECASE)
        for each in {name, plain, re.sub(r"[ -]", "", name), name.replace("-", " ")}:
            yield each
            for word, spelled in _SPELLED.items():
                if each.casefold().startswith(word):
                    yield from (s + each[len(word) :] for s in spelled)


def _proper_words(name: str) -> list[str]:
    """Take from a family's name the words that are its own: Trainium, TPU, MTIA."""
    own = [word for word in name.split() if word.casefold() not in _GENERAL and word[:1].isupper()]
    return own if len(own) == 1 else [" ".join(own)] if own else []


def _parenthesised(name: str) -> tuple[list[str], str]:
    """Split `TPU v7 (Ironwood)` and `Chip2.5 (also written 2+)` into the other names and the name itself."""
    outside = re.sub(r" *\(.*?\)", "", name).removesuffix(" series").strip()
    inside = re.findall(r"\(([A-Z][A-Za-z]+)\)", name)
    stem = re.match("[A-Za-z]*", outside)
    inside += [f"{stem[0]}{other}" for other in re.findall(r"\(also written ([^)]+)\)", name) if stem]
    return inside, outside
