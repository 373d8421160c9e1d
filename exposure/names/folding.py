"""Folding: two ways of writing one name become equal."""

from __future__ import annotations

import unicodedata

#: characters of names in traditional script, and the same in simplified; chosen by hand, since tables for whole texts
#: mistake some characters of names for others
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


def simplify(text: str) -> str:
    """Replace traditional characters by simplified ones, one for one."""
    return text.translate(_SCRIPTS)


def fold(name: str) -> str:
    """Fold width, compatibility forms, case, script and runs of spaces."""
    text = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(simplify(unicodedata.normalize("NFKC", text)).split())
