"""What the centre says no with: one sentence per code, the same whether Python or the database refused."""

from __future__ import annotations

from station.domain.errors import Fault, Refused
from station.sync.central import PUSH_LIMIT

LARGEST_BLOCK = 10_000

SENTENCES = {
    # code -> sentence; {0}, {1} are the words the refusal names
    "unknown_station": "站点 {0} 尚未在省级平台登记。请联系省级平台管理员登记后再同步。",
    "revoked": "本站已被省级平台停用，记录未上传。请联系省级平台。",
    "frozen": "本站已被冻结：{0}。须省级平台管理员核查后运行 central renew-station，再由主管“重新登记本站”。",
    "other_station": "上传的记录中有其他站点的记录。",
    "two_epochs": "一次上传只能包含同一启用期的记录。",
    "too_many": f"一次上传不能超过 {PUSH_LIMIT} 条记录。",
    "too_large": "照片或密钥超过允许的大小，省级平台没有接收。",
    "epoch": "本站第 {0} 启用期尚未登记。请联系省级平台重新登记本站。",
    "gap": "记录 {0} 之前缺少第 {1} 条，未接收。请重新同步。",
    "forked": "记录 {0} 与省级平台已有的同号记录内容不同，本站台账可能被复制或改动，已被停用。"
    "请由主管核查后联系省级平台重新登记。",
    "stamp_ahead": "本站电脑时钟比省级平台快 5 分钟以上，记录暂不接收。请校准时钟后再同步。",
    "stamp_back": "记录 {0} 的时间早于它的前一条，未接收。请运行“审计核对”。",
    "other_key": "站点 {0} 已在另一台电脑上登记（签名密钥不同），本机不能再写入。"
    "换电脑须由省级平台管理员运行 central add-station --new-computer。",
    "block_size": f"一次领取的编号数量应在 1 到 {LARGEST_BLOCK} 之间。",
    "block_year": "{0} 年不能领取编号。请核对本机日期。",
    "numbers_exhausted": "区划 {0} 在 {1} 年的编号已全部分配完。请报省级平台处理。",
    "other_city": "本站只能上传和领取所在城市的记录和编号。",
}


def refusal_of(code: str, about: str) -> Refused | Fault:
    """The failure of that code; `about` holds the words it names."""
    if code == "fact_malformed":
        from station.ledger.encoding import malformed

        return malformed(about)
    words = about if code in ("frozen", "revoked") else about.split(" ")
    words = [words] if isinstance(words, str) else [*words, "", ""]
    sentence = SENTENCES.get(code, "省级平台没有接受这次操作。请联系省级平台。")
    return Refused(sentence.format(*words), code=code)
