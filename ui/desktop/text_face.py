"""The Chinese of the face desk: is this the person on the photo. No code decides here."""

from __future__ import annotations

TITLE = "人脸核对"
TO_FACE = "人脸核对 Shift+F6"
LIVE = "摄像头画面"
ON_FILE = "档案照片"
HINT = "请本人正对镜头，按 F9 比对。比对只作参考，由人决定；不愿意比对的，两人当面核对，效力相同。"
NOBODY = "请先按 F3 查找并打开一份档案。"
NO_PHOTO = "档案中还没有照片，请先按 Shift+F5 拍照。"
CONSENTED = "✓ 本人已单独同意人脸比对"
NOT_CONSENTED = "还没有人脸比对的单独同意：本人签署后请登记；不同意的直接走两人核对。"
CONSENT = "登记单独同意"
CONSENT_KEPT = "已登记单独同意。"
WITHDRAW = "撤回同意"
WITHDRAWN = "已登记撤回，不再比对；请由两人当面核对。"
COMPARE = "比对 (F9)"
COMPARING = "正在比对…"
FROM_FILE = "用照片比对…"
DUPLICATES = "查找相似的人…"
RESULT = "{advice}：{score:.3f}（≤ {match:g} 一致，> {no_match:g} 不一致）"
MEASURED_ON = "{engine} · 门槛依据：{data}"
NO_FACE = {"first": "镜头里没有找到人脸，请本人正对镜头再比对，或由两人核对。",
           "second": "档案照片里没有找到人脸，请重新拍照，或由两人核对。"}  # fmt: skip
NO_ENGINE = "本机没有人脸组件，请由两人当面核对，效力相同。"
AGREE = "一致，记入 (F9)"
AGREED = "已记入：与档案照片一致。"
TWO = "两人核对（无法确定、不一致、本人不同意，都可以由两人核对）"
BY = "核对人"
SECOND = "第二人"
SAME = "两人核对：是本人"
OTHER = "两人核对：不是本人"
KEPT_SAME = "已记入：两人核对，确认是本人。"
KEPT_OTHER = "已记入：两人核对，不是本人。不能制码发放，直到两人重新核对为本人；已列入码证健康清单。"
LAST = "上次核对：{words}"
NEVER = "这张照片还没有核对过"
DECISIONS = {
    "match": "人脸比对一致",
    "unsure": "比对无法确定",
    "no_match": "比对不一致",
    "declined": "本人不同意比对",
}
TWO_PEOPLE = "两人"
BY_PEOPLE = "，{people} 核对为本人"
NOT_BY_PEOPLE = "，{people} 核对为不是本人：不能制码发放，须两人重新核对"
LOOKING = "正在查找相似的人，第 {done} 人…"
ALIKE = "可能是同一人（只是提示，以证件号码为准，Enter 打开档案）"
ALIKE_COLUMNS = ("姓名", "编号", "接近程度")
ALIKE_WIDTHS = (140, 190)
NOBODY_ALIKE = "没有找到相似的人。"
