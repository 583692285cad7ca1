"""The Chinese of the outbox page. No code decides here."""

from __future__ import annotations

TITLE = "同步与待上传"
HINT = "省级平台还没有确认的，都列在这里：是什么、多少、从何时起、为什么。没有确认的记录从不删除，也不会过期。"
COLUMNS = ("内容", "数量", "自何时起")
WIDTHS = (420, 160)
NOW = "立即同步 (F9)"
RUNNING = "正在同步：{step} {done}/{total}"
STOP = "停止同步 (3)"
STOPPING = "正在停止：这一批传完即停，已传的不重传。"
LEVEL = "最近一次两边总数一致：{time}"
NEVER = "还没有与省级平台核对过总数。"
FAILING = "从 {time} 起未能同步：{why}"
FROZEN = "本站已停止写入：{why}"
KEYS = "人员密钥"
PICTURES = "照片与扫描件"
COUNT = "{count} 条"
WITH_FACTS = "随记录上传"
EMPTY = "没有待上传的内容"
NEW_LIFE = "重新登记本站 (2)"
NEW_LIFE_TITLE = "重新登记本站"
NEW_LIFE_HINT = (
    "先与省级平台同步一次，取回本站缺少的记录，再从新的启用期开始写入。以前的记录都保留，编号接着新的号段。"
    "如果本站的台账另有一份正在别的电脑上使用，那台电脑会停止写入。"
)
NEW_LIFE_DO = "重新登记 (F9)"
LEAVE = "返回 (Esc)"
BY = "主管"
RENEWING = "正在重新登记本站……"
KEPT_BACK = "与省级平台不同，不再上传：{id}  {kind}"
