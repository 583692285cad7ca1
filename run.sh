#!/bin/sh
# `make run`: the desktop where a window can really be opened, else the headless demo. Expects setup.sh to have run.
set -eu
cd "$(dirname "$0")"
python=.venv/bin/python

# A variable that names a display proves nothing: a dead one would abort Qt. So one is opened, in another process.
window_opens() {
    case "$(uname -s)" in Darwin) return 0 ;; esac
    [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || return 1
    "$python" -c 'from PySide6.QtGui import QGuiApplication; QGuiApplication([])' >/dev/null 2>&1
}
if window_opens; then exec "$python" main.py; fi

echo "没有可用的显示器，改为无界面演练 (no display: running the headless demo)。" >&2
"$python" main.py demo --workers 5 --out out/demo
echo "卡片图片在 (the card pictures are in): $PWD/out/demo"
