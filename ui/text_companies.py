"""The Chinese of the company file: registration, status, policies, endorsements. No code decides here."""

from __future__ import annotations

TITLE = "企业档案"
FIND = "企业名称、简称、拼音或代码"
HINT = "输入查找企业，↓ 选企业，数字键选业务，Enter 填写，F9 办理"
COLUMNS = ("简称", "统一社会信用代码", "状态")
WIDTHS = (150, 240)
POLICY_COLUMNS = ("保单号", "保险期间", "在保")
POLICY_WIDTHS = (200, 250)
POLICIES = "保单"
NO_COMPANIES = "还没有登记企业。请按 1 登记第一家。"
NONE_FOUND = "没有找到这家企业。请核对输入，或按 1 登记。"
FOUND = "{count} 家企业"
PICK = "请先选一家企业。"
DETAIL = "{name} · {division} · 联系人 {contact} · 电话 {phone} · 状态 {status}{since} · 人员 {workers} 名"
SINCE = "（{on} 起）"
UNSAID = "未填"
NO_POLICIES = "没有登记保单。登记后可按批单加人。"
SPAN = "{first} 至 {last}"
COUNT = "{count} 人"
OVER = "已到期"
MEMBER = "{name}（{first} 起）"
POLICY = "{insurer} · {kind} · 投保人 {holder}"
MEMBERS = " · 在保人员：{names}"
MORE = "等 {count} 人"

ACTS = {
    "register": ("登记企业", "会员与非会员同样登记；登记后可录入名单"),
    "correct": ("更正信息", "留空的不变；名称变更不影响已发的码证编号"),
    "status": ("变更状态", "注销或吊销：该企业已发放的码证立即暂停；恢复在业后逐人解除"),
    "write_policy": ("登记保单", "保单本身不保任何人，加入保单后按人计算"),
    "end_policy": ("整份退保", "保单中的全部人员保到这一天"),
    "join": ("批单加人", "人员写姓名或证件号码，用、隔开；留空＝企业中尚未在保的全部人员"),
    "leave": ("批单减人", "人员写姓名或证件号码，用、隔开；所列人员保到这一天"),
}
FIELDS = {
    "uscc": "统一社会信用代码",
    "name": "企业全称",
    "short_name": "简称（印在卡上）",
    "division": "注册地",
    "contact": "联系人",
    "phone": "联系电话",
    "status": "状态",
    "on": "日期",
    "source": "来源（如公示系统）",
    "policy": "保单号",
    "number": "保单号",
    "insurer": "保险公司",
    "kind": "险种",
    "first": "保险起",
    "last": "保险止",
    "insured": "被保险人（可不填）",
    "last_day": "最后一天",
    "reason": "原因（可不填）",
    "joined": "加入日期",
    "endorsement": "批单号（可不填）",
    "people": "人员",
}
STATUSES = {"IN_BUSINESS": "存续/在业", "REVOKED": "吊销", "DEREGISTERED": "注销"}
SAID = {
    "register": "已登记：{what}。",
    "correct": "已更正：{what}。",
    "status": "已登记状态，暂停码证 {what} 个。",
    "write_policy": "已登记保单 {what}。",
    "end_policy": "已登记，{what} 人的保险到这一天为止。",
    "endorsed": "已办理 {done} 人。",
    "refused": "未办理 {count} 人：{names}",
    "one": "{who}：{why}",
}
