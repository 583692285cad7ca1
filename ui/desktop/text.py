"""All Chinese of the desktop in one place, so that it can be read by a clerk and translated. No code decides here."""

from __future__ import annotations

APP = "安心码发证工作站"
REHEARSAL = "演练模式 · 模拟设备 · 卡面印有“演练”字样"

SCREENS = {
    "today": ("今日", "F2"),
    "find": ("查找", "F3"),
    "intake": ("录入", "F4"),
    "company": ("企业", "Shift+F4"),
    "check": ("核验", "F5"),
    "queue": ("审核台", "F6"),
    "acts": ("办理", "F7"),
    "issue": ("制证", "F9"),
    "batch": ("批次", "Ctrl+B"),
    "handover": ("交付台", "F10"),
    "devices": ("设备", "F8"),
    "stock": ("日结", "Ctrl+D"),
    "figures": ("统计", "Ctrl+T"),
    "outbox": ("同步", "Ctrl+U"),
}

KEYS = (
    ("Enter", "下一项"),
    ("F1", "帮助"),
    ("F2", "今日"),
    ("F3", "查找"),
    ("F4", "录入"),
    ("F5", "核验"),
    ("F6", "审核台"),
    ("F7", "办理"),
    ("F8", "设备"),
    ("F9", "执行/打印"),
    ("F10", "交付"),
    ("Ctrl+P", "文书"),
    ("Esc", "返回"),
)
PROVINCE_KEYS = frozenset({"Enter", "F1", "F5", "F8", "F9", "Esc"})
"""Keys that mean something at one of the province's own stations."""

HELP = (
    "Enter 到下一项，Shift+Enter 回上一项；所有操作都可以只用键盘完成。\n"
    "F3 查找：输入姓名、拼音、首字母、证件或手机尾号、编号均可。\n"
    "F6 审核台：申领、到期、更新、交付、冲突各有清单，Enter 办理。\n"
    "F7 办理：为选中的人员办理业务，需要另一人时请其输入口令。\n"
    "Ctrl+P 文书：申领表、授权书、回执、告知书、延期说明、交接清单，先看再打印，或存为 PDF；"
    "F6 打凭条或交接单，F7 打信封标签。\n"
    "Ctrl+E 企业档案：登记企业、联系人、状态，登记保单，按批单加人减人。\n"
    "Shift+F5 拍照：为选中的人员拍证件照，合格自动拍下，空格手动拍，也可导入照片。\n"
    "Ctrl+U 同步：什么还没有上传、为什么、从何时起；F9 立即同步。\n"
    "Shift+F6 人脸核对：本人与档案照片比对，只作参考；无法确定、不一致、不同意的，由两人当面核对。\n"
    "Ctrl+L 锁定或换人：写了一半的内容都保留，登录后接着办。\n"
    "Ctrl+B 批次：一家企业的卡按顺序一次印完，看得到余下时间；暂停、断电、换色带后从那一张接着做。\n"
    "F10 交付台：逐张扫描后交给企业经办人。\n"
    "F9 制证：选好人后，按 F9 打印；打印后把卡放到镜头下，核读一致才启用。\n"
    "F5 核验：扫码枪、摄像头或手工输入都可以；结果以颜色、文字、图形和声音同时给出。"
)

STATUS = {"sync": "同步", "printer": "打印机", "camera": "摄像头", "clock": "时钟"}
STATUS_WORDS = {"good": "正常", "wait": "检查中", "warn": "注意", "bad": "故障"}
NEVER_SYNCED = "尚未同步"
SYNCED = "已同步 {time}"
WAITING = "待上传 {count} 条"

OPENING = "正在打开台账…"
OPENING_HINT = "窗口已可用：按功能键可先选好要去的页面，台账打开后立即显示。"
OPEN_FAILED = "站点没有打开"
BUSY = "正在办理…"
READY = "就绪"

TODAY_TITLE = "今日工作"
TODAY_CARDS = {
    "overdue": "逾期",
    "due": "今日到期",
    "open": "在办申领",
    "refresh": "半年更新",
    "expiring": "证件到期通知",
    "complaints": "待答复投诉",
    "to_print": "待制卡",
    "to_hand": "待交付",
    "conflicts": "待处理冲突",
    "transfers": "待转入",
    "health": "码证健康",
    "issued": "有效码证",
}
TODAY_LATE = "已逾期"
TODAY_GRACE = "宽限期满"
TODAY_SOON = "{days} 天内 {count}"
TODAY_EMPTY = "目前没有待办事项。按 F3 查找，按 F4 录入新人员。"
TODAY_KEYS = "↑↓ 选人，Enter 打开档案；Tab 到上面的数字，方向键选择，Enter 打开对应清单。"
TODAY_LIST = "待办清单"

COLUMNS = ("姓名", "证件号码", "企业", "编号", "状态", "今日颜色")
FIND_TITLE = "查找从业人员"
FIND_HINT = "姓名、全拼、首字母、证件尾号、手机尾号、编号"
FIND_NONE = "没有找到。请核对输入，或按 F4 录入新人员。"
FIND_COUNT = "找到 {count} 人"
OPEN_FILE = "打开档案 (Enter)"

FILE_TITLE = "人员档案"
FILE_NONE = "请先按 F3 查找并打开一份档案。"
FILE_MISSING = "尚缺材料"
FILE_COMPLETE = "材料齐全"
FILE_EVIDENCE = "证件与有效期"
FILE_CONSENTS = "同意与授权"
FILE_ERASED = "依法保留的记录"
ERASED_NAME = "（个人信息已删除）"
ERASED = "姓名、号码、照片和扫描件已按规定删除；下面只留不含个人信息的记录。"
CONSENT_GIVEN = "{on} 签署（{version} 版）"
CONSENT_TAKEN_BACK = "{on} 已撤回"
CONSENT_OLD = "，告知书已更新"
CONSENT_NONE = "未签署"
CONSENT_DECLINED = "未同意（可以不同意）"
FILE_TO_RIGHTS = "个人权利 Ctrl+G"
FILE_TIMELINE = "办理经过"
FILE_NEXT = "下一步"
FILE_TO_ISSUE = "去制证 (F9)"
FILE_TO_ACTS = "办理 F7"
LOOK_AHEAD = "{days} 天后（{date}）变为{colour}"
NO_CHANGE = "按现有材料不会变化"

STEPS_OF_ISSUE = ("材料", "生成发放", "预览", "打印", "核读", "启用")
ISSUE_TITLE = "制证"
ISSUE_NONE = "请先按 F3 选择从业人员。"
ISSUE_PRINT = "打印这张卡 (F9)"
ISSUE_GENERATE = "生成并发放 (F9)"
ISSUE_REISSUE = "补发新卡"
ISSUE_SYNC = "取得签发的码 (F9)"
ISSUE_SETTLE = "核实镜头下的卡 (F9)"
ISSUE_REDO = "重做这张卡 (F9)"
SETTLE_WORDS = {"this_is_it": "1 就是这张", "nothing": "2 没有出卡"}
SETTLE_HINT = "先把出卡槽里的卡放到镜头下，按 F9 核实。看得见卡、镜头读不出时选 1；确实没有卡出来时选 2。"
SETTLE_OUT = "4 退到废卡盒"
SETTLE_SECOND = "没有摄像头：由主管一同核对"
SETTLE_BOTH = "3 两人核对一致"
ISSUE_DONE = "卡已启用，可以交付。"
ISSUE_STICKERS = "改用标签 (Ctrl+K)"
ISSUE_CARDS = "改回制卡 (Ctrl+K)"
ISSUE_STICKER = "打印证贴 (F9)"
ISSUE_ON_CARDS = "制证打印机不能用时，可以先打印临时证贴。"
ISSUE_ON_LABELS = "现在打在标签上（临时证贴），核读一致才启用。打印机修好后按 Ctrl+K 改回，补发正式卡。"
ISSUE_FRONT = "正面"
ISSUE_BACK = "背面"
ISSUE_TRAY = "镜头画面"
STAGES = {
    "checking": "检查打印机与镜头…",
    "composing": "正在生成卡面…",
    "proving": "正在核对卡面二维码…",
    "sending": "正在打印，请勿关机或拔线…",
    "looking": "正在核读刚打印的卡…",
    "verified": "核读一致。",
    "active": "已启用。",
    "doubtful": "需要人工核实。",
    "ended": "本次未成，卡号已作废。",
}
RULING_DEFAULT = "请把出卡槽里的卡放到镜头下，再按 F9 核实。"

CHECK_TITLE = "核验安心码"
SWEEP_STOPPED = "检查没有做完，下次再做。"
SCAN_READY = "✓ 可以扫码（输入法不会干扰）"
SCAN_AWAY = "按 Tab 回到这里再扫码"
CHECK_HINT = "输入 16 位编号"
CHECK_PANE = "用扫码枪扫描，或输入 16 位编号；Enter 用摄像头核读"
CHECK_CAMERA = "用摄像头核读"
CHECK_FILE = "选择照片…"
CHECK_LISTED = "{reason}（名单截至 {time}）"
CHECK_OTHER_CITY = "外市码证"
CHECK_BY_PROVINCE = "由省级平台答复；姓名和照片请看证面，或用手机扫码看官方页面。"
CHECK_ASKING = "正在向省级平台查询…"
CHECK_ASKED_NOBODY = "省级平台没有这个编号。"
CHECK_AS_OF = "数据截至 {time}"
CHECK_STALE = "信息待更新（半年更新逾期）"
CHECK_CLOSER = "读得勉强：卡离镜头太远，请靠近"
CHECK_HISTORY = "此卡记录"
CHECK_PROOF = "签名真实 · 第 {key} 号密钥 · 第 {issue} 版"
CHECK_WAIT = "等待扫码"
CHECK_TWO = "画面里有两张码，请只放一张卡再核验。"

INTAKE_TITLE = "录入新申领"
INTAKE_FIELDS = {
    "number": "证件号码",
    "name": "姓名",
    "phone": "手机号",
    "address": "住址（区县）",
    "company": "所属企业（代码或简称）",
    "authorised_on": "授权书签订日期",
    "training": "培训证书编号",
    "training_by": "培训发证机构",
    "training_on": "培训发证日期",
    "photo": "照片文件",
}
INTAKE_CATEGORIES = "服务类别（数字键选择）"
INTAKE_CARD = "制作实体证"
INTAKE_CONSENTS = "同意书（告知书 {version} 版）：签了哪几项勾哪几项；数字键逐项，A 键勾必需的六项；人脸比对可以不同意"
INTAKE_FINGER = "授权认定书已捺印"
INTAKE_NO_ISSUER = "请填写培训发证机构，以证书上的为准。"
INTAKE_READ_CARD = "读身份证 (F12)"
INTAKE_READING = "请把身份证放在读卡器上…"
INTAKE_CARD_READ = "已读入身份证，请与本人和原件核对。"
INTAKE_SAVE = "保存并提交 (F9)"
INTAKE_DRAFT = "已恢复上次未提交的内容"
INTAKE_SAVED = "已录入并提交企业初审"
INTAKE_BAD_DATE = "日期请写成 2026-11-23 或 20261123。"
INTAKE_UNSIGNED = "本人还没有签署：{items}。缺这些项不能受理。"
INTAKE_NO_FINGER = "授权认定书还没有捺印，请补捺印后提交。"

ROLE_WORDS = {"CLERK": "窗口", "SUPERVISOR": "主管", "BUREAU": "商务局"}
PERSON = "当班：{person} · Ctrl+L 换人或锁定"

TOLD_UNKNOWN = "较新版本的记录"
TOLD_REGISTERED = "登记身份信息"
TOLD_NO_CARD = "不要实体证"
TOLD_APPLICATION = "申领：{act}"
TOLD_DUE = "办结期限 {due}"
TOLD_SECOND = "{person} 一同确认"
TOLD_BY = {"company": "企业", "worker": "本人", "association": "协会", "": ""}
TOLD_CARD_REASONS = {"FIRST_ISSUE": "首次", "NEXT_ATTEMPT": "重做", "PERMIT_ENDED": "码证已失效"}
TOLD_FACE = "人脸核对：{decision}"
TOLD_SAME = {True: "{people} 两人核对：是本人", False: "{people} 两人核对：不是本人"}
TOLD_PHOTO = "采用证件照"
TOLD_SOURCES = {"camera": "现场拍摄", "file": "照片文件", "list": "企业名单", "idcard": "身份证"}
TOLD_OFF = "不合格：{measures}"
TOLD_CLOSED = "关闭档案"
TOLD_ERASED = "删除个人信息"
TOLD_EXPORTED = "个人信息副本交给本人"
TOLD_SCAN_GONE = "删除到期的扫描件"
TOLD_CONSENT = "同意“{item}”，{on} 签署"
TOLD_WITHDRAWN = "撤回同意“{item}”，{on}"
TOLD_JOINED = "授权 {company} 办证"
TOLD_SIGNED = "{on} 签订"
TOLD_LEFT = "离开 {company}"
TOLD_FIT = "体检合格"
TOLD_UNFIT = "体检不合格"
TOLD_EXAMINED = "{on} 检查"
TOLD_UNTIL = "有效至 {last}"
TOLD_INSURANCES = {"LIABILITY": "从业责任保险", "EMPLOYER": "雇主责任险", "ACCIDENT": "意外伤害险"}
TOLD_SPAN = "{first} 至 {last}"
TOLD_JOINED_POLICY = "加入企业保单：{kind}"
TOLD_AGREED = "{who}确认解除与{company}的隶属"
TOLD_OBJECTED = "{who}不同意解除与{company}的隶属"
TOLD_ENDORSEMENT = "批单 {number}"
TOLD_COVER_REASONS = {"TRANSFERRED": "已转入其他企业", "POLICY_ENDED": "整份保单终止"}
TOLD_COVER_ENDED = "保险到 {last} 为止"
TOLD_BACKGROUND = "背景核查：{conclusion}"
TOLD_TRAINING = "培训证书"
TOLD_CREDIT = "商务部信用记录：{status}"
TOLD_VOIDED = "作废一项材料"
TOLD_REPORTED = "企业报告：{what}"
TOLD_KNOWN = "{on} 知悉"
TOLD_REPORT_SETTLED = "企业报告的变化已核实"
TOLD_REFRESHED = "完成半年更新，{on}"
TOLD_OPENED = "填报申领"
TOLD_UPDATE = "填报信息更新申领"
TOLD_GENERATED = "生成码证 {number}"
TOLD_TOKEN = "第 {issue} 版卡的码已签发"
TOLD_COMPLAINT = "住户反映问题"
TOLD_ANSWERED = "投诉已办结"
TOLD_STARS = "住户评价 {stars} 星"

RIBBON_LEFT = "余色带 {count} 张"
NOT_READY = "未就绪"
NOT_SET = "未设置"
BUG = "程序内部错误（{kind}，{place}）。"
BUG_REMEDY = "台账未受影响，请重试或联系技术支持。"
PHOTO = "照片"
UNSURE = "无法确认"
ALL_VALID = "体检、保险、资格均有效"
ONLINE = "线上"
NO_PERMIT_YET = "还没有码证"
NOT_ISSUED = "未发证"
ID_TAIL = "尾号 {tail}"
OCCUPATION = "家政服务员"

LABELS = {
    "number": "证件号码",
    "phone": "手机",
    "categories": "服务类别",
    "company": "所属企业",
    "permit": "编号",
    "permit_state": "码证状态",
    "card": "实体卡",
    "application": "申领",
    "background": "背景核查",
    "medical": "体检",
    "unfit": "体检（不合格）",
    "insurance": "从业责任保险",
    "training": "培训证书",
    "credit": "商务部信用记录",
}
NO_COMPANY = "无"
CARD_AT = "第 {issue} 版 · {state}"
DUE_BY = ",{due} 前办结"
CONCLUSIONS = {"PASSED": "已通过", "FAILED": "未通过", "PENDING": "核查中", "MISSING": "缺"}
CREDIT = {"PASSED": "已通过", "NONE": "缺", "SUBMITTED": "已提交", "REJECTED": "未通过"}
EXPIRED = "已过期 {days} 天"
LEFT = "还有 {days} 天"
SPAN = "{first} 至 {last} · {note}"
OPENED = "开始申领"
PERMIT_ACT = "码证{act}"
CARD_ACT = "第 {issue} 版卡{act}"
ENTERED = "雇主确认入户"
ENTERED_TWICE = "雇主确认入户（半小时内另有一户确认过，请核对）"

DOUBTFUL = "待核实"
