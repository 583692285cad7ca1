"""The Chinese of signing on, locking and the first people of a station. No code decides here."""

from __future__ import annotations

TITLE = "请登录"
LOCKED = "窗口已锁定。写了一半的内容都已保留，登录后接着办。"
PERSON = "人员"
PASSWORD = "口令"
ENTER = "登录 (Enter)"
REHEARSAL = "演练口令已填好，可直接登录。"
NEEDS = {
    "SUPERVISOR": "本站还没有主管。请登记第一位主管，口令至少 10 个字符。",
    "CLERK": "本站还没有窗口人员。请登记第一位窗口办证人员，口令至少 10 个字符。",
}
LOGIN = "登录名"
NAME = "姓名"
FOUND = "登记 (Enter)"
NAME_NEEDED = "请填写登录名和姓名。"
ON_DUTY = "当班 {person} · Ctrl+L 换人/锁定"
WORKING = "正在核对口令…"
SHUT = "窗口已锁定"
SHUT_HINT = "登录后回到刚才的页面。"
