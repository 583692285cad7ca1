"""The Chinese of the company desk. No code decides here."""

from __future__ import annotations

TITLE = "企业批量"
STEPS = "1 选企业和名单   2 核对   3 录入合格的行   4 退回有问题的行   （登记企业、保单和批单：Ctrl+E 企业档案）"
FIELDS = {
    "company": "企业（代码或简称）",
    "sheet": "名单文件（xlsx）",
    "photos": "照片文件夹或 zip（可不填）",
    "reviewer": "企业初审人",
}
CHOOSE = "选择…"
CHOOSE_ZIP = "选 zip…"
TEMPLATE = "写出空白模板"
CHECK = "核对名单"
TAKE = "录入合格的行 (F9)"
STOP = "停止"
BACK = "保存有问题的行"
COLUMNS = ("行", "问题")
NO_SHEET = "请先选择名单文件。"
NO_REVIEWER = "请填写企业初审人姓名：名单上签字的那位。"
NOT_CHECKED = "请先核对名单。"
CHECKED = "{company}：共 {rows} 行，合格 {good} 行，有问题 {bad} 行。"
ALL_GOOD = "全部合格，按 F9 录入。"
RUNNING = "正在录入：{done} / {total}"
STOPPED = "已停止。再次录入会从断点继续，不会重复。"
TAKEN = "本次录入 {taken} 人，先前已录入 {already} 人，退回 {bad} 行。录入的申领在审核台待受理。"
DRAFT = "已恢复上次填写的内容，请重新核对名单。"
SAVED = "已保存：{path}"
