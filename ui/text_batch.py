"""The Chinese of a run's two workbooks, for desktop and command line. No code decides here."""

from __future__ import annotations

HAND_OVER = "交接清单"
HAND_OVER_TITLE = "{association} 实体证交接清单"
HAND_OVER_COLUMNS = ("序号", "姓名", "证号", "印制号", "领取人签名", "日期")
HAND_OVER_COUNT = "共 {count} 张；未制成 {left} 张。"
COMPANY = "企业：{company}"
BATCH = "批次：{batch}"
DAY = "日期：{day}"
GIVEN_BY = "交出人："
TAKEN_BY = "接收人："

REPORT = "批次报告"
REPORT_TITLE = "制卡批次 {batch} 报告"
REPORT_COLUMNS = ("序号", "证号", "印制号", "卡", "废卡原因", "白卡", "打印机", "秒")
FIGURES = "共 {total} 张，已启用 {active}，待打印 {waiting}，待核实 {at_printer}；用卡 {cards_used} 张。"
PACE = "平均每张 {seconds:.1f} 秒。"
LOST = "废卡 {count} 张：{reason}。"
BY_PRINTER = "打印机 {printer}：{count} 张。"
