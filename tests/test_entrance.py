"""The scripts behind `make`, on machines made of small fakes: each command writes down how it was called."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conventions.tree import ROOT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the entrance of Windows is in the README")

NOTE = '#!/bin/sh\necho "${0##*/} $*" >>"$NOTES"\n'
FAKES = {
    "python3": NOTE
    + """case "$*" in
*"import ensurepip"*) [ -z "$NO_ENSUREPIP" ] ;;
-V) echo "Python 3.11.2" ;;
"-m venv"*) mkdir -p "$3/bin"; ln -sf "$FAKES/uv" "$3/bin/uv"; ln -sf "$FAKES/python3" "$3/bin/python" ;;
esac
""",
    # -W -f FORMAT PACKAGE...: the packages of $INSTALLED are there, in the form that was asked for
    "dpkg-query": NOTE
    + """shift 3
for package in "$@"; do
    case " $INSTALLED " in *" $package "*) echo "installed $package" ;; esac
done
""",
    "apt-get": NOTE + '[ -z "$APT_FAILS" ]\n',
    "id": NOTE + 'echo "${USER_ID:-0}"\n',
    "sudo": NOTE + '[ -z "$NO_SUDO" ] || exit 1\n[ "$1" = -n ] || exit 1\nshift\n"$@"\n',
    "uv": NOTE
    + """case "$*" in
--version) echo "uv $UV_HERE" ;;
*sync*)
    echo "uv trusts ${UV_SYSTEM_CERTS:-public}" >>"$NOTES"
    mkdir -p .venv/bin
    ln -sf "$FAKES/python3" .venv/bin/python
    [ -z "$UV_FAILS" ] || case "$*" in *"$UV_FAILS"*) exit 1 ;; esac
    ;;
esac
""",
    "uname": NOTE + 'echo "${SYSTEM:-Linux}"\n',
}
PLAIN = ("sh", "cat", "mkdir", "dirname", "awk", "grep", "xargs", "tr", "cut", "cksum", "rm", "ln", "env", "tail")
STATION = [
    line.split()[1]
    for line in (ROOT / "resources" / "debian-packages.txt").read_text(encoding="utf-8").splitlines()
    if line.startswith("station")
]


class Machine:
    """A folder with the house in it and a PATH of fakes."""

    def __init__(self, folder: Path) -> None:
        self.house = folder / "a house"
        self.fakes = folder / "fakes"
        self.notes = folder / "notes"
        (self.house / "resources").mkdir(parents=True)
        (self.house / "tests").mkdir()
        self.fakes.mkdir()
        for name in ("setup.sh", "run.sh", "uv.lock", "pyproject.toml", "resources/debian-packages.txt"):
            shutil.copy(ROOT / name, self.house / name)
        for name, text in FAKES.items():
            (self.fakes / name).write_text(text, encoding="utf-8")
            (self.fakes / name).chmod(0o755)
        for name in PLAIN:
            found = shutil.which(name)
            if found and not (self.fakes / name).exists():
                (self.fakes / name).symlink_to(found)

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        self.notes.write_text("", encoding="utf-8")
        machine = {"PATH": str(self.fakes), "FAKES": str(self.fakes), "NOTES": str(self.notes), "LC_ALL": "C.UTF-8"}
        return subprocess.run(
            ["sh", *command],
            cwd=self.house,
            env=machine | {"INSTALLED": " ".join(STATION), "UV_HERE": "0.13.9"} | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=30,
        )

    def said(self, *words: str) -> list[str]:
        """The calls that hold all these words, in order."""
        lines = self.notes.read_text(encoding="utf-8").splitlines()
        return [line for line in lines if all(word in line for word in words)]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def without(*packages: str) -> str:
    return " ".join(one for one in STATION if one not in packages)


def test_a_complete_machine_installs_nothing(machine: Machine) -> None:
    done = machine.run("setup.sh")
    assert done.returncode == 0, done.stderr
    assert not machine.said("apt-get")
    assert len(machine.said("uv", "sync", "--frozen", "--all-extras")) == 1


def test_only_what_is_missing_is_installed_and_it_is_said_before(machine: Machine) -> None:
    done = machine.run("setup.sh", INSTALLED=without("libzbar0", "fonts-noto-cjk"))
    assert done.returncode == 0, done.stderr
    update, install = machine.said("apt-get")
    assert update.split()[-1] == "update"
    assert install.endswith(" install --no-install-recommends fonts-noto-cjk libzbar0")
    assert "-y" in install.split()
    said = done.stderr.splitlines()
    assert "fonts-noto-cjk libzbar0" in said[1], said


def test_the_new_name_of_a_library_counts_as_the_old_one(machine: Machine) -> None:
    machine.run("setup.sh", INSTALLED=without("libglib2.0-0") + " libglib2.0-0t64")
    assert not machine.said("apt-get")


def test_the_second_time_asks_dpkg_and_nothing_else(machine: Machine) -> None:
    machine.run("setup.sh")
    done = machine.run("setup.sh")
    assert (done.returncode, done.stderr) == (0, "")
    assert not machine.said("uv")
    assert machine.said("dpkg-query")


@pytest.mark.parametrize("changed", ["uv.lock", "pyproject.toml", "setup.sh"])
def test_a_changed_lock_prepares_again(machine: Machine, changed: str) -> None:
    machine.run("setup.sh")
    with (machine.house / changed).open("a") as file:
        file.write("\n# another line\n")
    machine.run("setup.sh")
    assert machine.said("uv", "sync")


def test_a_broken_environment_is_prepared_again(machine: Machine) -> None:
    machine.run("setup.sh")
    shutil.rmtree(machine.house / ".venv")
    machine.run("setup.sh")
    assert machine.said("uv", "sync")


def test_an_ordinary_user_goes_through_sudo_that_may_not_ask(machine: Machine) -> None:
    done = machine.run("setup.sh", USER_ID="1000", INSTALLED=without("libzbar0"))
    assert done.returncode == 0, done.stderr
    assert machine.said("sudo", "-n env DEBIAN_FRONTEND=noninteractive apt-get", "install")
    assert machine.said("apt-get", "libzbar0")


def test_without_a_right_to_install_it_says_what_to_type_and_goes_on(machine: Machine) -> None:
    done = machine.run("setup.sh", USER_ID="1000", NO_SUDO="1", INSTALLED=without("libzbar0"))
    assert done.returncode == 0
    assert "apt-get install --no-install-recommends libzbar0" in done.stderr
    assert not machine.said("apt-get")
    assert machine.said("uv", "sync")


def test_when_apt_fails_it_shows_why_and_goes_on(machine: Machine) -> None:
    done = machine.run("setup.sh", APT_FAILS="1", INSTALLED=without("libzbar0"))
    assert done.returncode == 0
    assert "make doctor" in done.stderr
    assert machine.said("uv", "sync")


def test_without_ensurepip_nothing_can_follow(machine: Machine) -> None:
    done = machine.run("setup.sh", NO_ENSUREPIP="1", APT_FAILS="1")
    assert done.returncode == 1
    assert machine.said("apt-get", "update")
    assert not machine.said("uv")
    machine.run("setup.sh", NO_ENSUREPIP="1")
    assert machine.said("apt-get", "install --no-install-recommends python3-venv")


def test_packages_of_a_mark_come_with_the_first_test_that_carries_it(machine: Machine) -> None:
    machine.run("setup.sh", "test")
    assert not machine.said("apt-get")
    (machine.house / "tests" / "test_page.py").write_text("@pytest.mark." + "chromium\ndef test_page(): ...\n", "utf-8")
    machine.run("setup.sh")
    assert not machine.said("apt-get")
    machine.run("setup.sh", "test")
    assert machine.said("apt-get", "install --no-install-recommends chromium")


def test_where_there_is_no_apt_the_rest_is_prepared(machine: Machine) -> None:
    (machine.fakes / "apt-get").unlink()
    first = machine.run("setup.sh", INSTALLED="")
    assert first.returncode == 0, first.stderr
    assert "debian-packages.txt" in first.stderr
    assert machine.said("uv", "sync")
    assert machine.run("setup.sh", INSTALLED="").stderr == ""


def test_a_machine_without_the_face_library_gets_the_rest(machine: Machine) -> None:
    done = machine.run("setup.sh", UV_FAILS="--all-extras")
    assert done.returncode == 0, done.stderr
    assert machine.said("uv", "sync", "--extra desktop")


def test_a_failed_environment_is_not_taken_for_a_good_one(machine: Machine) -> None:
    machine.run("setup.sh")
    shutil.rmtree(machine.house / ".venv")
    failed = machine.run("setup.sh", UV_FAILS="sync")
    assert (failed.returncode, "请检查网络" in failed.stderr) == (1, True)
    assert machine.run("setup.sh").returncode == 0
    assert machine.said("uv", "sync")


def test_what_this_machine_trusts_is_trusted(machine: Machine) -> None:
    store = machine.house / "bundle.crt"
    machine.run("setup.sh", CERTIFICATES=str(store))
    assert machine.said("uv trusts public")  # nothing there: the certificates that uv brings along
    store.write_text("a certificate", encoding="utf-8")
    shutil.rmtree(machine.house / ".venv")
    machine.run("setup.sh", CERTIFICATES=f"/nowhere/else {store.name}")
    assert machine.said("uv trusts 1")
    shutil.rmtree(machine.house / ".venv")
    machine.run("setup.sh", CERTIFICATES=store.name, UV_SYSTEM_CERTS="false")
    assert machine.said("uv trusts false")


def test_a_mirror_is_asked_for_the_versions_of_the_lock(machine: Machine) -> None:
    assert machine.run("setup.sh", UV_DEFAULT_INDEX="https://mirror.invalid/simple").returncode == 0
    assert machine.said("uv", "export", "--frozen")
    assert machine.said("uv", "pip sync", "--require-hashes")


def run_with(machine: Machine, window: int, **environment: str) -> subprocess.CompletedProcess[str]:
    folder = machine.house / ".venv" / "bin"
    folder.mkdir(parents=True)
    python = folder / "python"
    python.write_text(NOTE + f'case "$*" in *QGuiApplication*) exit {window} ;; esac\n', encoding="utf-8")
    python.chmod(0o755)
    return machine.run("run.sh", **environment)


@pytest.mark.parametrize(
    ("window", "environment", "desktop"),
    [
        (0, {"DISPLAY": ":0"}, True),
        (0, {"WAYLAND_DISPLAY": "wayland-0"}, True),
        (0, {}, False),
        (134, {"DISPLAY": ":77"}, False),  # named, and dead
        (0, {"SYSTEM": "Darwin"}, True),
    ],
)
def test_run_opens_a_window_only_where_one_opens(
    machine: Machine, window: int, environment: dict[str, str], desktop: bool
) -> None:
    done = run_with(machine, window, **environment)
    assert done.returncode == 0, done.stderr
    calls = [line for line in machine.said("main.py") if "QGuiApplication" not in line]
    assert calls == (["python main.py"] if desktop else ["python main.py demo --workers 5 --out out/demo"])
    assert desktop is ("out/demo" not in done.stdout)


def test_run_without_a_window_fails_when_the_demo_fails(machine: Machine) -> None:
    run_with(machine, 0)
    python = machine.house / ".venv" / "bin" / "python"
    python.write_text("#!/bin/sh\nexit 2\n", encoding="utf-8")
    done = machine.run("run.sh")
    assert done.returncode == 2
    assert "card pictures" not in done.stdout


@pytest.mark.parametrize(("pytest_exit", "expected"), [(0, 0), (1, 2), (5, 2)])
def test_continuous_integration_is_make_test_and_fails_when_no_test_ran(
    tmp_path: Path, pytest_exit: int, expected: int
) -> None:
    house = tmp_path / "another house"
    (house / ".ci").mkdir(parents=True)
    for name in (".ci/run", "Makefile"):
        shutil.copy(ROOT / name, house / name)
    (house / "setup.sh").write_text("exit 0\n", encoding="utf-8")
    (house / ".venv" / "bin").mkdir(parents=True)
    python = house / ".venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\necho "$*"\nexit {pytest_exit}\n', encoding="utf-8")
    python.chmod(0o755)
    environment = {"PATH": os.environ["PATH"], "CI": "true"}
    done = subprocess.run(
        ["bash", str(house / ".ci" / "run")], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=30
    )
    assert done.returncode == expected, done.stderr
    assert "-m pytest" in done.stdout
