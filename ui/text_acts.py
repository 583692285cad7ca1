"""The Chinese of the acts: what each is called, what it asks for, what it does. No code decides here."""

from __future__ import annotations

TITLE = "办理业务"
NONE = "请先按 F3 选择从业人员，或在审核台选一件。"
NOTHING = "目前没有可以办理的业务。"
CHOOSE = "↑↓ 选择，Enter 填写，F9 办理"
DO = "办理 (F9)"
BUSY = "正在办理…"
DONE = "已办理：{act}"
BUT = "。{said}"
FOR = "{name} · {state}"
BY = "办理人"
SECOND = "第二人"
PASSWORD = "口令"
REHEARSAL_HINT = "演练口令已填好，可直接办理。"
NOBODY = "本站点没有可以办理此项业务的人员，请主管在人员设置中添加。"
PICK_ONE = "请选择{label}。"
FILL = "请填写{label}。"
BAD_DATE = "{label}请写成 2026-11-23 或 20261123。"
BAD_NUMBER = "{label}请写数字。"
EFFECT = "结果：{effect}"
MISSING = "尚缺：{items}"
TIER_TOO_LOW = "提醒：体检类别低于所报服务，不印在卡上：{categories}"
PAPER_MISSING = "没有找到这个文件，请核对路径。"

GROUPS = {"papers": "申领", "evidence": "材料", "permit": "码证", "card": "实体卡", "rights": "个人权利"}

ACTS = {
    "open": ("填报申领", "重新申领，或离开原企业后转入新企业（信息更新）；接着提交企业初审"),
    "correct": ("更正身份信息", "留空的不变；姓名变了，手中的卡须补发"),
    "put_to_review": ("提交企业初审", "进入企业初审"),
    "pass_review": ("企业初审通过", "送交协会，待受理"),
    "send_back": ("企业退回填报", "回到填报"),
    "refuse_review": ("企业初审不通过", "申领结束，不送交协会；原因告知本人"),
    "accept": ("受理", "10 个工作日开始计时，打印受理回执"),
    "return_papers": ("退回补正", "一次列明全部需补正内容，企业 30 日内答复"),
    "answer": ("补正已答复", "回到待受理"),
    "pass_credit": ("信用审核通过", "通知企业安排体检和投保"),
    "refuse_credit": ("不予发放（信用）", "申领结束，书面告知原因"),
    "refuse_unfit": ("不予发放（体检）", "申领结束，书面告知原因"),
    "complete": ("材料齐全，待制码", "等待主管生成码证"),
    "extend": ("延期", "通过企业向本人说明，新期限重新计算"),
    "acknowledge": ("签收延期说明", "记录企业或本人已知悉"),
    "withdraw": ("撤回申领", "申领结束；已生成未发放的码证同时注销"),
    "generate": ("生成码证", "编号、码和线上证件同时生成"),
    "release": ("发放", "扫码立即有效；需要实体证的转待制卡"),
    "affiliation": ("登记授权认定书（附件2）", "确定唯一隶属企业"),
    "consents": ("登记同意书", "按所签项目逐项登记，记现行告知书的版本；✓ 为已签，换了告知书可以重新登记"),
    "training": ("登记培训证书", ""),
    "medical": ("登记体检结论", "只记合格与否和有效期；不合格立即暂停"),
    "insurance": ("登记保险（个人保单）", "只保这一个人；按起止日期计算颜色"),
    "join_policy": ("加入企业保单（批单增员）", "从加入日起按企业保单计算颜色；保单先在“企业档案”登记"),
    "end_insurance": ("批单减员", "此人在该保单中的最后一天；须在保险期间内"),
    "background": ("登记背景核查结论", "只记结论；未通过立即暂停"),
    "credit": ("登记商务部信用记录", "照抄记录上的姓名和企业，与档案核对；双证合一的依据，半年更新前须重新查询"),
    "photo": ("换照片（文件）", "按证件照裁切"),
    "report_change": (
        "企业报告变化",
        "材料还没到时先登记，列入审核台“变更”，1 个工作日内更新；体检不合格、背景异常的随即暂停",
    ),
    "settle_change": ("变化已核实", "没有新材料时记下核实结果，从“变更”移去；因此暂停的由两人解除"),
    "refresh": ("半年更新完成", "更新期限顺延半年；商务部信用记录须在半年内查询核对过"),
    "leave": ("离开企业", "码证立即暂停；另一方 5 个工作日内确认，30 日内可转入其他企业"),
    "confirm_unbinding": ("确认解除隶属", "另一方同意后可转入新企业；不同意的由协会决定"),
    "decide_unbinding": ("协会决定解除隶属", "5 个工作日无答复，或一方不同意时"),
    "suspend": ("暂停码证", "扫码立即变红"),
    "reinstate": ("解除暂停", "该原因解除；没有其他原因时恢复"),
    "cancel": ("注销码证", "不可恢复；卡待收回"),
    "revoke": ("撤销（收回）码证", "不可恢复；卡待收回"),
    "transfer": ("转入新企业", "编号不变，卡面信息变更须补新卡"),
    "close": ("关闭档案", "不可恢复；码证注销，不再受理"),
    "notice": ("登记到期通知送达", "该企业 60 日内到期的材料已书面通知；通知书按 Ctrl+P 打印"),
    "ask": ("申请制卡", "转待制卡"),
    "reissue": ("补发新卡", "新卡核读后旧卡作废；挂失的旧卡立即变红"),
    "lost": ("卡片挂失", "这张卡立即变红"),
    "hand_to_company": ("交企业领卡", "登记领取人"),
    "hand_to_worker": ("交本人", "逐级发放完成"),
    "take_back": ("收回卡片", "入废卡袋，待销毁"),
    "destroy": ("销毁卡片", "两人签名"),
    "answer_complaint": ("答复投诉", "记下核查结果，从清单中移去；投诉内容留在档案"),
    "void": ("作废材料", "这份材料从现在起不算；颜色和“尚缺”随即重算，待制码的退回待体检/投保"),
    "withdraw_consents": (
        "撤回同意",
        "只撤回“人脸比对”：不再比对，其余照旧；撤回其他任一项：在办申领随即撤回，已发码证立即暂停，须重新签署并由两人解除",
    ),
    "export": ("导出个人信息副本", "压缩包：可读的 PDF、数据文件、照片和扫描件，交给本人；办理经过里留一笔"),
    "erase": (
        "删除个人信息",
        "不可恢复：姓名、号码、照片、扫描件永远打不开，各站点同步后同样删除；只留下不含个人信息的记录",
    ),
    "settle": ("核对冲突", "两处记录都保留；记下以哪一处为准，从清单中移去"),
}

FIELDS = {
    "name": "姓名（留空不变）",
    "phone": "手机（留空不变）",
    "address": "住址（留空不变）",
    "on": "日期",
    "reason": "原因",
    "note": "说明",
    "document": "依据文号",
    "defects": "需补正内容",
    "days": "延期工作日",
    "by": "由谁",
    "agreed": "答复",
    "company": "企业（代码或简称）",
    "fingerprint": "已捺印",
    "items": "同意书项目",
    "kind": "证书种类",
    "occupation": "职业",
    "level": "等级",
    "number": "证书编号",
    "issuer": "发证机构",
    "fit": "结论",
    "examined_on": "检查日期",
    "until": "有效至（可不填）",
    "tier": "体检类别",
    "institution": "体检机构",
    "reference": "回执编号",
    "policy": "保单号",
    "insurer": "保险公司",
    "first": "保险起",
    "last": "保险止",
    "last_day": "最后一天",
    "insurance_kind": "险种",
    "company_policy": "企业保单号（只有一份可不填）",
    "joined": "加入日期",
    "endorsement": "批单号（可不填）",
    "conclusion": "核查结论",
    "source": "来源",
    "status": "信用记录",
    "certificate": "信用查询证书号",
    "file": "照片文件",
    "holder": "材料上的姓名（可不填）",
    "holder_number": "材料上的证件号（可不填）",
    "record_name": "商务部记录上的姓名",
    "record_number": "记录上的证件号（可不填）",
    "record_company": "商务部记录上的企业",
    "paper": "扫描件（图片，可不填）",
    "issue": "卡",
    "complaint": "投诉",
    "finding": "核查结果",
    "what": "什么变化",
    "known_on": "企业何时知悉",
    "report": "企业报告的变化",
    "collector": "领取人",
    "voided": "哪一份材料",
    "withdrawn": "撤回哪几项",
    "out": "存为（zip 文件）",
    "how": "送达方式",
    "to": "企业接收人",
}

VOIDABLE = {
    "medical": "体检（{fit}），{first} 至 {last}",
    "insurance": "保险 {policy}（{insurer}），{first} 至 {last}",
    "background": "背景核查（{conclusion}），{on}",
    "training": "{kind}（{occupation}），{on}",
    "credit": "商务部信用记录（{status}），{on}",
}
SIGNED = "{item} ✓"
SAVE_AS = "个人信息副本.zip"
SAVE_FILTER = "压缩包 (*.zip)"
PAPERS = {
    "receipt": "受理回执",
    "defects": "补正告知书",
    "extension": "延期说明",
    "handover": "交接清单",
    "refusal": "不予发放告知书",
}
HOW = {"HANDED": "当面交付", "SENT": "已发送"}
NOTICED = " · {day} 已通知企业"
PREVIEW = "预览"
BEFORE = "现在 {word}"
AFTER = "办理后 {word}"
YES = "是"
BY_WHOM = {"company": "企业", "worker": "本人", "association": "协会"}
ACKNOWLEDGED = {"company": "企业", "worker": "本人"}
AGREED = {"yes": "同意解除", "no": "不同意"}
FIT = {"fit": "合格", "unfit": "不合格"}
NO_LEVEL = "没有等级"
TIER_NEEDED = "（所报服务需要）"
TIERS = {"GENERAL": "一般", "LIVE_IN": "住家", "ELDERLY": "养老、病患", "MATERNITY": "母婴"}
CONCLUSIONS = {"PASSED": "通过", "FAILED": "未通过", "PENDING": "核查中"}
STATUSES = {"PASSED": "已通过", "SUBMITTED": "已提交", "REJECTED": "未通过", "NONE": "没有记录"}
CLOSING = {"DECEASED": "死亡", "LEFT_TRADE": "不再从事家政", "DOCUMENT_VOID": "证件失效"}
COVER = "{policy} {insurer}，至 {last}"
REPORT = "{what}（{on} 报告）"
ISSUE = "第 {issue} 版 · {state}"

QUEUE_TITLE = "审核台"
QUEUES = {
    "review": "申领",
    "overdue": "逾期",
    "changes": "变更",
    "refresh": "半年更新",
    "expiring": "即将到期",
    "cards": "待制卡",
    "hand_over": "待交付",
    "transfers": "待转入",
    "conflicts": "冲突",
    "complaints": "投诉",
    "health": "码证健康",
    "retention": "期满",
}
FINDING = "{condition} {what} → {action}"
KEPT = {True: "已于 {after} 保存期满，今天自动删除", False: "保存到 {after}，期满自动删除"}
WHOLE_CITY = "全市"
SWEPT = "检查了 {workers} 人，有 {findings} 项待处理。"
SWEEPING = "正在检查全部码证（{done}/{total}）……"
QUEUE_SWEEP = "←→ 换清单，↑↓ 选人，Enter 办理，F9 立即检查全部码证（平时每周自动检查）"
COMPLAINT = "{when} {topic}：{text}（{contact}）"
NO_CONTACT = "未留联系方式"
QUEUE_EMPTY = "这个清单是空的。"
QUEUE_KEYS = "←→ 换清单，↑↓ 选人，Enter 办理"
DAYS_LEFT = "还有 {days} 个工作日（{due}）"
DUE_TODAY = "今天到期"
OVERDUE = "已逾期 {days} 个工作日"
NOT_STARTED = "未受理，{day} 前须一次告知补正"
ANSWER_BY = "企业 {day} 前答复"
LATE = {
    "decision": "{stage}：已逾期 {days} 个工作日",
    "defect_list": "{stage}：补正告知已逾期 {days} 个工作日",
    "answer": "{stage}：{last} 后未答复即失效",
    "apply": "{what}：企业已报告，逾期 {days} 个工作日未更新",
    "apply_now": "{what}：企业 {last} 报告，须立即核实登记",
    "report": "{paper} {last} 到期，企业未更新也未报告",
}
TURN = " · 应由{who}办理"
TOLD = " · 已报{who}"
ROLES = {
    "COMPANY_HANDLER": "企业",
    "COMPANY_REVIEWER": "企业",
    "CLERK": "窗口",
    "SUPERVISOR": "主管",
    "BUREAU": "商务局",
}
EXTENDED = " · 已延期"
PROVISIONAL = " · 暂定"
CHANGE = "{what}：企业 {on} 报告，{due} 前更新"
CHANGE_LATE = " · 企业迟报 {days} 个工作日"
REFRESH = {"soon": "{due} 前更新", "overdue": "已逾期（{due}），宽限中", "grace_over": "宽限期满（{due}）"}
EXPIRES = {"medical": "体检", "insurance": "保险"}
EXPIRING = "{paper} {last} 到期，还有 {days} 天（{notice} 日通知）"
CONFLICTS = {
    "ILLEGAL_STEP": "两处记录的先后不合",
    "SECOND_LIVE_PERMIT": "同一人有两个有效码证",
    "SECOND_OPEN_APPLICATION": "同一人有两份在办申领",
    "SENT_TWICE": "同一印制号的卡在两处印制，都已作废；请收回全部实体，再补卡",
    "STOPPED_IN_PROVINCE": "本人在省内别处已有有效码证，申领已停止；先注销那一个，才能重新申领",
    "UNKNOWN_SUBJECT": "记录指向不存在的码证或卡",
}

CONFLICT_BY = "：{when} {who} 在 {station} 记入"

HANDOVER_TITLE = "交付台"
HANDOVER_DRAFT = "已恢复上次没有交付的清单，请核对卡片后按 F9。"
HANDOVER_COLLECTOR = "领取人（企业经办人）"
HANDOVER_SCAN = "输入 16 位编号后按 Enter"
HANDOVER_LIST = "本次交付"
HANDOVER_DO = "交付并登记 (F9)"
HANDOVER_NOTHING = "请先扫描要交付的卡。"
HANDOVER_NO_CARD = "这个编号没有已启用待交付的卡。"
HANDOVER_TWICE = "这张卡已在清单里。"
HANDOVER_OTHER = "这张卡属于另一家企业，请分开交付。"
HANDOVER_COUNT = "共 {count} 张 · {company}"
HANDOVER_DONE = "已交付 {count} 张，领取人 {collector}。按 Ctrl+P 打印交接清单。"
HANDOVER_WRONG = "不是本站的卡，或这一版已作废，请勿交付。"
