#!/bin/sh
# Prepares this folder: the Debian packages that are missing (said before they are installed) and .venv. Asks nothing.
# `sh setup.sh` is enough to run the station; `sh setup.sh test` adds what the tests need. The second time takes seconds.
set -eu
cd "$(dirname "$0")"
UV_VERSION=0.13.9
what=${1:-run}
mkdir -p .setup

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# --- Python -----------------------------------------------------------------------------------------------------
find_python() {
    for candidate in ${PYTHON:-} python3 python3.11 python3.12 python3.13; do
        if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
}
python=$(find_python)
[ -n "$python" ] || fail "需要 Python 3.11 至 3.13，本机没有找到。请先安装（Debian 12：apt-get install python3）。
Python 3.11 to 3.13 is needed and was not found."

# --- System packages --------------------------------------------------------------------------------------------
wanted() {
    groups=station
    if [ "$what" = test ]; then
        for mark in display chromium postgres queue; do
            if grep -rqsE "mark\.$mark\b" --include='*.py' tests; then groups="$groups $mark"; fi
        done
    fi
    for group in $groups; do awk -v group="$group" '$1 == group { print $2 }' resources/debian-packages.txt; done
    # Debian keeps ensurepip in a package of its own; a Python built by hand brings it along.
    "$python" -c 'import ensurepip' 2>/dev/null || echo python3-venv
}
# A library that changed its ABI is called …t64 in newer releases; either name will do.
installed() {
    for package in $1; do printf '%s %st64 ' "$package" "$package"; done |
        xargs dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null |
        awk '$1 == "installed" { sub(/t64$/, "", $2); print $2 }'
}
missing() {
    all=$(wanted)
    here=" $(installed "$all" | tr '\n' ' ')"
    for package in $all; do
        case "$here" in *" $package "*) ;; *) printf '%s ' "$package" ;; esac
    done
}
install() {
    if [ "$(id -u)" = 0 ]; then as_root=env
    elif sudo -n true 2>/dev/null; then as_root='sudo -n env'
    else
        say "缺少这些系统软件包，安装需要管理员权限，请由管理员执行后重试 (root or sudo is needed for):
  apt-get install --no-install-recommends $1"
        return 1
    fi
    say "本机缺少以下系统软件包，现在安装 (installing missing Debian packages):
  $1"
    for step in 'update' "install --no-install-recommends $1"; do
        # shellcheck disable=SC2086 # the words of a step are its arguments
        $as_root DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=300 $step \
            >.setup/apt.log 2>&1 </dev/null || { tail -n 20 .setup/apt.log >&2; return 1; }
    done
}
if command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; then
    lacking=$(missing)
    if [ -n "$lacking" ] && ! install "${lacking% }"; then
        case " $lacking" in
            *" python3-venv "*) fail "没有 python3-venv 无法继续 (cannot go on without python3-venv)。" ;;
            *) say "继续，但部分功能可能不可用；make doctor 可查看缺什么 (going on without them)。" ;;
        esac
    fi
elif [ "$(uname -s)" = Linux ] && [ ! -e .setup/told ]; then
    say "本机不是 Debian 系。若窗口或字体有问题，请用本机的包管理器安装 resources/debian-packages.txt 所列的同名软件。
(Not a Debian system: install the counterparts of resources/debian-packages.txt if something is missing.)"
    : >.setup/told
fi

# --- The virtual environment --------------------------------------------------------------------------------------
mark="$(cat uv.lock pyproject.toml setup.sh | cksum) $("$python" -V) $PWD"
if [ "$mark" != "$(cat .setup/venv 2>/dev/null || true)" ] || ! .venv/bin/python -c '' 2>/dev/null; then
    rm -f .setup/venv
    say "正在准备 Python 环境 .venv (preparing .venv) …"
    if [ "$(.setup/uv/bin/uv --version 2>/dev/null | cut -d' ' -f2)" != "$UV_VERSION" ]; then
        rm -rf .setup/uv
        "$python" -m venv .setup/uv
        .setup/uv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$UV_VERSION"
    fi
    unset VIRTUAL_ENV PYTHONHOME
    export UV_PROJECT_ENVIRONMENT=.venv UV_PYTHON_DOWNLOADS=never
    # uv alone knows the public certificates only; a network that looks into TLS has one of its own, and it is here.
    for store in ${CERTIFICATES:-/etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem}; do
        [ ! -s "$store" ] || export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-1}"
    done
    uv() { .setup/uv/bin/uv --quiet "$@" </dev/null; }
    sync() {
        if [ -z "${UV_DEFAULT_INDEX:-}" ]; then uv sync --frozen --python "$python" "$@"; return; fi
        # uv.lock names its own registry; a mirror is asked for the same versions with the same hashes.
        uv venv --allow-existing --python "$python" .venv &&
            uv export --frozen --no-emit-project "$@" --output-file .setup/requirements.txt >/dev/null &&
            uv pip sync --python .venv --require-hashes .setup/requirements.txt
    }
    if ! sync --all-extras; then
        say "没有装成，改为不装人脸比对组件再试 (trying again without the extra [faces])。"
        sync --extra desktop || fail "Python 组件没有装成：请检查网络；须经镜像下载的，见 README“使用镜像源”。
(The Python packages could not be installed: check the network; behind a mirror see README.)"
    fi
    printf '%s' "$mark" >.setup/venv
    say "准备就绪 (ready): make run | make test"
fi
