"""The Chinese of the capture screen."""

from __future__ import annotations

TITLE = "拍照"
TO_CAPTURE = "拍照 Shift+F5"
LIVE = "摄像头画面"
TAKEN = "证件照"
BY_HAND = "手动拍照（空格）"
IMPORT = "导入照片…"
USE = "采用这张照片 (F9)"
AGAIN = "重拍 (F6)"
HINT = "请对准椭圆，正对镜头；画面合格会自动拍下。"
HOLD = "很好，请保持不动…"
GOOD = "照片合格，按 F9 采用；不满意可重拍。"
USABLE = "照片可用，但有不足：{sentence}"
BAD = "照片不合格：{sentence}"
WHITENED = "背景已变白，并会记入台账。"
KEPT = "照片已存入档案。"
NOBODY = "请先按 F3 查找并打开一份档案。"
WHO = "{name}"
PERSON_LOOKS = "请核对：睁眼、嘴闭合、无帽子口罩、眼镜不反光。"
PICTURES = "*.png *.jpg *.jpeg *.bmp *.webp"
SIGNS = {"good": "✓", "warn": "!", "bad": "✕"}
