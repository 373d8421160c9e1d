"""Notes as analysts paste them, for the tests of extraction.

The texts are made up, in the manner of research digests; their figures mean nothing.
"""

from __future__ import annotations

from hypothesis import strategies as st

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

#: every word followed by ornaments, and advertising between the sentences
FILLED = "亚马逊✿❀ღ,2024年✿❀ღ的资本开支为830亿美元✿❀ღ。来就送大礼✿❀ღ!利用率从✿❀ღ 6 年✿❀ღ缩短至 5 年✿❀ღ。"
#: sentences of several articles shuffled, their words swapped for near synonyms
SPUN = "份额跨越55%以上,取此同时,?正正在铺设超 2GW 的机群;来岁占比将到一半。只需把计较器按坏,签下30万颗的和谈,曲到。"

#: words, signs and numbers that mean something to the reader, and some that do not
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
