"""The Chinese of printing papers. No code decides here."""

from __future__ import annotations

TITLE = "打印文书"
KIND = "文书"
PRINTER = "打印机"
NO_PRINTER = "（系统没有打印机，可存为 PDF）"
PREVIEW = "预览"
PRINT = "打印 (F9)"
SAVE = "存为 PDF (Ctrl+S)"
CLOSE = "关闭 (Esc)"
SLIP = {"receipt": "凭条 (F6)", "handover": "交接单 (F6)"}
"""Paper kind -> the same on the slip printer."""
NO_SLIP = "凭条 (F6)"
ENVELOPE = "信封标签 (F7)"
ADDRESS = "信封收件地址（可不填，用企业名称）"
SLIPPING = "正在打印……"
SLIPPED = "已打印 {pieces} 张，编号 {number}。"
PRINTED = "已送“{printer}”，共 {pages} 页。"
SAVED = "已存为 {name}。"
NOT_PRINTED = "打印机没有接受这份文书，请检查打印队列后再试，或存为 PDF。"
NOBODY = "请先按 F3 选择从业人员。"
BUTTON = "文书 Ctrl+P"
OFFER = "按 Ctrl+P 打印{title}。"
FILTER = "PDF (*.pdf)"
SCANS = "扫描件"
SCANS_BUTTON = "扫描件 Ctrl+O"
NO_SCANS = "还没有扫描件。登记体检、保险、培训、同意书或授权认定书时可以附上图片。"
SCAN_KINDS = {
    "evidence.medical": "体检合格证明",
    "evidence.insurance": "保险单",
    "evidence.training": "培训证书",
    "consent.given": "同意书",
    "affiliation.began": "授权认定书",
}
