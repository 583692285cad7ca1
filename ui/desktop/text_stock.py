"""The Chinese of the stock desk: packs, the end of the day, the bag. No code decides here."""

from __future__ import annotations

TITLE = "卡库与日结"
COLUMNS = ("编号", "种类", "余", "状态")
WIDTHS = (150, 70, 90)
DETAIL = "{pack}：已拆封 {loaded} = {where}余 {remaining}；上次清点 {counted}{keeper}"
KEEPER = "；{person} 保管"
ITEMS = {"BLANK": "白卡", "RIBBON": "色带"}
TO_COUNT = "今天还要清点 {count} 包：{packs}。数一数打印机里和旁边剩下的白卡，按 F9 登记。"
TO_SIGN = "{packs} 清点与账面不符：请主管查明原因，选中这一包按 4 签字。"
DIFFERENCE = "差 {count:+d} 张，待签字"
ALL_COUNTED = "今天动过的卡包都已清点，可以下班。"
NO_PACKS = "还没有卡包。按 2 登记入库，再按 3 装入打印机。"
BAG = "废卡袋 {count} 张"
BAG_EMPTY = "废卡袋是空的"
COST = "本年每证成本 {yuan} 元（耗材与工时，按已交付 {cards} 张）"
NO_COST = "本年还没有交付的卡，暂无每证成本"
NO_LABOUR = "本年还没有登记工时（按 8）"
SPOILS = "废卡原因：{list}"
BALANCED = "平"
HOLE = "不平"
COUNT_IT = "待清点"
SEALED = "未拆封 {count}"
NOT_COUNTED = "—"
COUNTED = "{count} 张"
DONE = "已办理：{act}"
ACTS = {
    "count": ("清点（日结）", "登记剩余白卡；不平的差异由主管签字"),
    "receive": ("入库", "登记一包白卡或一卷色带，两人同点：办理人保管，第二人证明；金额计入每证成本"),
    "load": ("启用装机", "把选中的一包装入打印机"),
    "sign": ("差异签字", "主管说明差异原因，清点人为第二人"),
    "found": ("找到的卡", "迟出、作废或挂失后找到的卡，登记入废卡袋"),
    "destroy": ("销毁废卡袋", "两人当面销毁，记下两个名字"),
    "entrust": ("移交", "把选中的一包里未拆封的部分移交给第二人保管，两个名字都记下"),
    "labour": ("工时", "登记一个月的制证工时，计入每证成本；同月同来源再登记，以后一次为准"),
}
FIELDS = {
    "counted": "剩余白卡张数",
    "pack": "编号",
    "item": "种类",
    "count": "张数（色带按可印张数）",
    "some": "只启用几张（可不填）",
    "yuan": "金额（元）",
    "fund": "资金来源",
    "why": "差异原因",
    "month": "月份（如 2026-11）",
    "hours": "工时（小时）",
    "permit": "证号（16 位）",
    "version": "版次",
}
BAD_AMOUNT = "金额请写成 199 或 199.50。"
BAD_HOURS = "工时请写成 7 或 7.5（小时）。"
LABOUR_DONE = "已登记工时。"
PICK = "请先在上面选一包。"
NOT_HERE = "没有需要销毁的卡。"
"""Said when the bag is empty."""
FUNDS = "如 家政专项"
KEYS = "↑↓ 选卡包 · 数字键选业务 · Enter 填写 · F9 办理"
EXPECTED = "账面余 {count} 张"
