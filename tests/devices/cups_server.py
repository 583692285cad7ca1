"""A real CUPS of its own in a folder: scheduler, and a queue that writes PDF files; not the machine's own printing."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

QUEUE = "anxin-test-card"
ANONYMOUS = Path("/var/spool/cups-pdf/ANONYMOUS")
NEEDED = ("/usr/sbin/cupsd", "/usr/lib/cups/backend/cups-pdf", "/usr/share/ppd/cups-pdf/CUPS-PDF_noopt.ppd")


def missing() -> str:
    """Why a real queue cannot run here, "" when it can."""
    lacking = [path for path in NEEDED if not Path(path).exists()]
    if lacking:
        return f"cups, printer-driver-cups-pdf are not installed: {lacking[0]}"
    tools = [tool for tool in ("lpadmin", "pdftoppm", "pdfinfo") if shutil.which(tool) is None]
    if tools:
        return f"cups-client, poppler-utils are not installed: {tools[0]}"
    return "" if os.geteuid() == 0 else "the PDF backend of CUPS runs as root only"


@contextlib.contextmanager
def cups(policy: str = "abort-job") -> Iterator[str]:
    """The server's socket; its folder is beside it. What is printed lies in ANONYMOUS, as the PDF backend was built."""
    with tempfile.TemporaryDirectory(prefix="anxin-cups-") as name:
        yield from _serving(Path(name), policy)


def _serving(folder: Path, policy: str) -> Iterator[str]:
    etc = folder / "etc"
    for made in (etc, etc / "ppd", folder / "run", folder / "cache", folder / "spool", folder / "log"):
        made.mkdir()
        made.chmod(0o777)
    folder.chmod(0o755)  # its filters run as another user
    socket = folder / "cups.sock"
    (etc / "cupsd.conf").write_text(
        f"Listen {socket}\nPreserveJobFiles No\nPreserveJobHistory Yes\nErrorPolicy {policy}\nLogLevel info\n"
        "<Location />\n Order allow,deny\n Allow all\n</Location>\n"
        "<Location /admin>\n Order allow,deny\n Allow all\n</Location>\n"
        "<Policy default>\n <Limit All>\n  Order allow,deny\n  Allow all\n </Limit>\n</Policy>\n"
    )
    (etc / "cups-files.conf").write_text(
        f"ServerRoot {etc}\nStateDir {folder}/run\nCacheDir {folder}/cache\nRequestRoot {folder}/spool\n"
        f"AccessLog {folder}/log/access\nErrorLog {folder}/log/error\nPageLog {folder}/log/page\n"
        f"Printcap {folder}/printcap\nSystemGroup root\nUser lp\nGroup lp\n"
    )
    server = subprocess.Popen(
        ["/usr/sbin/cupsd", "-f", "-c", str(etc / "cupsd.conf"), "-s", str(etc / "cups-files.conf")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 10
        while not socket.exists():
            if time.monotonic() > until or server.poll() is not None:
                raise RuntimeError("cupsd did not start")
            time.sleep(0.05)
        subprocess.run(
            f"lpadmin -h {socket} -p {QUEUE} -v cups-pdf:/ -P {NEEDED[2]} -E -o printer-error-policy={policy}".split(),
            check=True,
            capture_output=True,
            timeout=20,
        )
        yield str(socket)
    finally:
        server.terminate()
        server.wait(10)
        Path(f"/var/log/cups/cups-pdf-{QUEUE}_log").unlink(missing_ok=True)
