"""The closed lists of reasons, per act: code -> Chinese words. `OTHER` always needs a note (domain.md §12.4, §12.5)."""

from __future__ import annotations

SUSPEND = {
    "affiliation_ended": "隶属关系终止",
    "company_closed": "企业注销或吊销",
    "medical_unfit": "体检不合格",
    "refresh_overdue": "半年更新逾期",
    "mismatch_found": "信息不一致（错码）",
    "complaint": "投诉核查中",
    "adverse_hint": "背景核查异常",
    "misuse": "冒用或遗失身份",
    "consent_withdrawn": "本人撤回同意",
    "other": "其他",
}

CANCEL = {
    "worker_asked": "本人申请",
    "left_trade": "不再从事家政",
    "deceased": "死亡",
    "no_transfer": "离开企业 30 日未转入",
    "duplicate": "重复发放",
    "other": "其他",
}

REVOKE = {
    "background_failed": "背景核查未通过",
    "false_material": "提供虚假材料",
    "lent_card": "出借证件",
    "serious_violation": "严重违规",
    "other": "其他",
}

REISSUE = {
    "LOST": "遗失",
    "DAMAGED": "损坏",
    "DATA_CHANGED": "信息变更",
    "PRINT_DEFECT": "印制缺陷",
    "STICKER": "临时证贴换正式卡",
    "OTHER": "其他",
}

SPOIL = {
    "PRINT_DEFECT": "印制缺陷",
    "UNREADABLE": "二维码读不出",
    "WRONG_CODE": "二维码不符",
    "RIBBON_END": "色带用尽",
    "JAM": "卡纸",
    "OTHER": "其他",
}

EXTEND = {
    "CREDIT_WAITING": "信用核查尚未反馈",
    "MEDICAL_WAITING": "等待体检结果",
    "INSURANCE_WAITING": "等待投保",
    "SYSTEM_TROUBLE": "系统故障",
    "OTHER": "其他",
}

WITHDRAW = {"WORKER_ASKED": "本人撤回", "COMPANY_ASKED": "企业撤回", "CONSENT_WITHDRAWN": "撤回同意", "OTHER": "其他"}

SECOND_IN_PROVINCE = "SECOND_IN_PROVINCE"
BY_THE_CENTRE = {SECOND_IN_PROVINCE: "全省核对：本人在省内已有有效码证"}
"""Why the province's centre ends an application (D-28); nobody at a counter can choose it."""

SEND_BACK = {"INCOMPLETE": "材料不全", "UNCLEAR": "材料不清晰", "WRONG_DATA": "信息有误", "OTHER": "其他"}

REFUSE_REVIEW = {
    "NOT_OURS": "不是本企业人员",
    "NOT_QUALIFIED": "不符合申领条件",
    "FALSE_MATERIAL": "材料不实",
    "OTHER": "其他",
}
"""Why a company's own review ends an application (A3)."""

REFUSE_CREDIT = {
    "BACKGROUND": "资格核验未通过",
    "CREDIT": "信用记录未通过",
    "FALSE_MATERIAL": "材料不实",
    "OTHER": "其他",
}

REFUSE_UNFIT = {"UNFIT": "体检不合格", "OTHER": "其他"}

SETTLE = {
    "LATER_COUNTS": "两处都属实，以后办的为准",
    "EARLIER_COUNTS": "两处都属实，以先办的为准",
    "ONE_WRONG": "其中一处办错，已另行更正",
}
"""What a person finds who looks at two records that do not fit together."""

ANSWER = {
    "RESOLVED": "已核实，企业已整改并答复",
    "UNFOUNDED": "经核查不属实，已答复",
    "REFERRED": "已移送有关部门",
    "UNREACHABLE": "无法联系投诉人，已核查留档",
    "OTHER": "其他",
}
"""How a household's complaint or question ends (R9)."""

VOID = {
    "NOT_THIS_PERSON": "材料不是本人的",
    "FALSE": "材料不实",
    "WRONG_ENTRY": "录入有误",
    "TAKEN_BACK": "出具机构已撤回",
    "DUPLICATE": "重复登记",
    "OTHER": "其他",
}
"""Why one paper no longer counts (WRONG-7)."""

ERASE = {
    "WORKER_ASKED": "本人要求删除",
    "CONSENT_WITHDRAWN": "本人撤回同意",
    "RETENTION_OVER": "保存期限届满",
    "BY_MISTAKE": "误登记",
}
"""Why everything personal is deleted: PIPL art. 47, domain.md §11.4."""

CHANGES = {
    "UNFIT": "体检不合格或患病不宜上岗",
    "ADVERSE": "违法犯罪等背景异常",
    "MEDICAL": "体检更新",
    "INSURANCE": "保险变化",
    "IDENTITY": "姓名、手机或住址变化",
}
"""What a company reports before the paper is there (R34); leaving has an act of its own."""

CHANGE_SETTLED = {
    "NO_CHANGE": "核实后没有变化",
    "APPLIED": "已按其他业务更新",
    "OTHER": "其他",
}
"""How a reported change ends without a new paper."""

REASONS: dict[str, dict[str, str]] = {
    "permit.SUSPEND": SUSPEND,
    "permit.CANCEL": CANCEL,
    "permit.REVOKE": REVOKE,
    "card.REISSUE": REISSUE,
    "card.SPOIL": SPOIL,
    "application.EXTEND": EXTEND,
    "application.EXTEND_AGAIN": EXTEND,
    "application.WITHDRAW": WITHDRAW,
    "application.SEND_BACK": SEND_BACK,
    "application.REFUSE_REVIEW": REFUSE_REVIEW,
    "application.REFUSE_CREDIT": REFUSE_CREDIT,
    "application.REFUSE_UNFIT": REFUSE_UNFIT,
    "conflict.SETTLE": SETTLE,
    "complaint.ANSWER": ANSWER,
    "change.SETTLE": CHANGE_SETTLED,
    "evidence.VOID": VOID,
    "worker.ERASE": ERASE,
}

DEFECTS = {
    "photo": "照片不合格",
    "authorisation": "授权认定书缺页或未捺印",
    "credit_letter": "信用信息授权书缺项",
    "consents": "同意书缺项",
    "training": "培训证书不清或不符",
    "identity": "身份信息有误",
    "company": "企业信息不符",
    "other": "其他（写在说明里）",
}
"""What a 补正告知 may list, all of it at once (A4)."""
