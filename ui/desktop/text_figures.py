"""The Chinese of the figures page. No code decides here."""

from __future__ import annotations

TITLE = "统计"
HINT = "只有数字，不含个人信息。改起止日期后按 F9 重算；结果可用 main.py figures --json 导出。"
COLUMNS = ("项目", "明细")
WIDTHS = (330,)
FIRST = "起（含）"
LAST = "止（含）"
COUNT = "统计 (F9)"
COUNTING = "正在统计，第 {done} 人…"
DONE = "{first} 至 {last}，共 {count} 项。"
SCOPE = "范围"
WHOLE = "全省"
AS_OF = "数据截至 {at}。"
HINT_PROVINCE = (
    "各市与全省的数字，不含个人信息，按最近一次同步。选范围、改起止日期后按 F9 重算；"
    "结果可用 main.py figures --cities --json 导出。"
)
