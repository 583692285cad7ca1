"""The Chinese of the batch desk: what waits, who is in a new run, the run itself. No code decides here."""

from __future__ import annotations

TITLE = "制卡批次"
AGAIN = "有 {count} 个批次还没有做完，上次停下的地方都记着：选中后按 Enter 接着做。"
FRESH = "选一家企业按 Enter，核对人员后开始；企业给了名单的，按 1 选择名单文件。"
NOTHING = "现在没有人等着制卡。码证发放后需要实体证的人会出现在这里；也可以按 1 选择名单文件。"
PICK_KEYS = "↑↓ 选择 · Enter 打开 · 1 选择名单文件（xlsx）"
PICK_COLUMNS = ("批次 / 企业", "开始", "张数", "状态")
PICK_WIDTHS = (520, 150, 170)
RUN_LINE = "{name} · {company}"
GOING_ON = "没有做完，Enter 继续"
TO_MAKE = "待制卡，Enter 新建批次"
COUNT = "{count} 张"
COUNT_OF = "{done} / {total}"
LIST = "1 选择名单文件…"
LIST_FILTER = "*.xlsx"
READING = "正在核对名单：第 {done} 行，共 {total} 行…"
KNOWN = "这份名单的批次已经开始过，接着做。"

NEW_HINT = "空格：这次不做这个人（再按恢复）；按申请的先后打印。F9 建立批次，建立后先看材料够不够，再开始打印。"
NEW_COUNT = "{title}：这次制卡 {count} 张。"
NEW_PROBLEMS = "名单上有 {count} 行不能制卡，已列在最后。"
NEW_COLUMNS = ("证号", "姓名", "行", "说明")
NEW_WIDTHS = (220, 190, 70)
NEW_AGAIN = "上次没有制成，换下一个印制号"
NEW_FIRST = "待制卡"
NEW_LEFT_OUT = "这次不做"
NEW_MAKE = "建立批次 (F9)"
NOBODY = "一个人都没有选，请至少留一个人。"
FROM_LIST = "名单"

START = "开始打印 (F9)"
GO_ON = "继续打印 (F9)"
LOOK = "核实镜头下的卡，继续 (F9)"
MENDED = "处理好了，继续 (F9)"
PAUSE = "暂停 (F9)"
PAUSING = "做完手上这张就停…"
FINISH = "结清批次 (F9)"
TO_LIST = "回到批次列表 (F9)"
REDO = "5 重做选中的一张…"
REPORT = "6 报告和交接清单…"
PAUSE_KEY = "7 暂停"
CANCEL = "8 取消批次…"
OTHERS = "0 批次列表"
RUN_COLUMNS = ("序号", "证号", "姓名", "印制号", "打印机", "状态")
RUN_WIDTHS = (64, 200, 170, 80, 150)

HEAD = "{name} · {company}"
PACE = "每张 {seconds:.1f} 秒"
LEFT = "还要{time}"
PACE_UNKNOWN = "做完第一张后给出用时"
DONE_ALL = "{total} 张全部做完并核读一致。按 6 保存交接清单，再按 F9 结清。"
CLOSED = "批次{phase}。按 6 可以再看报告和交接清单。"
READY = "先看上面每台打印机的白卡和色带够不够，再按 F9 {start}打印。{estimate}"
START_WORD = "开始"
GO_ON_WORD = "继续"
ESTIMATE = "预计{time}，按最近每张 {seconds:.1f} 秒计算。"
PAUSED = "已暂停，顺序和断点都在。按 F9 继续打印。{estimate}"
GOING = "正在打印，可以去办别的事；要停按 F9，手上这张做完就停。"
TASK = "{printer}：{task}"
SEE_TO_IT = "请照红字处理，处理好按 F9；其他打印机不受影响。"
REFUSED = "有 {count} 张不能打印，原因在状态一栏，其余照常。"
ELSEWHERE = "{number} 停在打印机 {printer} 处，这台现在没有接上，请接上它再核实。"

MINUTES = "约 {minutes} 分钟"
HOURS = "约 {hours} 小时 {minutes} 分钟"
UNDER_A_MINUTE = "不到 1 分钟"

PRINTER = "打印机 {place}"
PRINTER_NAMED = "打印机 {place}（{serial}）"
ASKING = "正在询问…"
SHARE = "约 {cards} 张。白卡需 {cards}，有 {blanks}；色带需 {cards}，{ribbon}。"
RIBBON = "余 {count}"
RIBBON_UNKNOWN = "余量不知道"
ENOUGH = "足够。"
DOING = "{number} · {stage}"
WAITS = "没有在打印。"

AT = {
    "waiting": "待打印",
    "again": "待重做：{reason}",
    "at_printer": "待核实",
    "done": "已启用",
    "refused": "未打印：{sentence}",
}
SETTLED_ACTIVE = "核读一致，卡已启用。"
SETTLED = "已核实。上面说的办好以后按 F9 继续。"
BUSY_RUN = "批次 {name} 正在打印，先暂停再换。"
NOT_DONE = "请先在表里选一张已经做好的卡，再按 5。"
NOT_WHILE = "正在打印，先按 F9 暂停，停下后再重做。"
NOT_OPEN = "批次已经结束，要重做请到制证页补发。"
REDO_TITLE = "只重做这一张"
REDO_HINT = "{number}（{name}）：旧卡在新卡核读一致后作废。由主管决定，写明原因。"
CANCEL_TITLE = "取消批次"
CANCEL_HINT = "已做好的卡保留；没做的回到“待制卡”，可以编入别的批次。"
FIELDS = {"reason": "原因", "note": "说明（选“其他”时必填）", "why": "取消原因"}
BY = "主管"
DO = "确定 (F9)"
LEAVE = "不做了 (Esc)"

REPORT_TITLE = "批次报告"
REPORT_WIDTHS = (60, 190, 76, 120, 150, 170, 130)
REPORT_SAVE = "报告存为… (Ctrl+S)"
SHEET_SAVE = "交接清单存为… (Ctrl+J)"
OPEN = "打开文件 (Ctrl+O)"
SHUT = "关闭 (Esc)"
SAVED = "已保存：{name}。按 Ctrl+O 打开。"
REPORT_NAME = "批次报告-{batch}.xlsx"
SHEET_NAME = "交接清单-{batch}.xlsx"
