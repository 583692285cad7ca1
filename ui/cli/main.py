"""The command line: every counter job as a command, over the same services as the desktop. No rule lives here."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

import click

from station import __version__
from ui.cli.answer import USAGE

COMMANDS = {
    # command -> module under ui.cli that holds it; imported only when it is called, so that `check` starts fast
    "demo": "demo",
    "check": "check",
    "doctor": "doctor",
    "support": "support",
    "devices": "devices",
    "audit": "audit",
    "sync": "sync",
    "household": "household",
    "batch": "batch",
    "company": "company",
    "codes": "codes",
    "stock": "stock",
    "slip": "slip",
    "figures": "figures",
    "central": "central_figures",
    "join": "join",
    "face": "face",
    "portrait": "portrait",
    "document": "document",
    "health": "health",
    "mandate": "mandate",
    "simulate": "simulate",
    "act": "act",
    "print": "print_card:print_command",
    "reprint": "print_card:reprint_command",
    "revoke": "act:revoke",
    "suspend": "act:suspend",
    "export": "act:export",
    "erase": "act:erase",
    "retention": "retention",
    "incident": "incident",
}
"""A second word after a colon is the command inside the module; for `act` it is an act of the table."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        name, _, inside = COMMANDS[cmd_name].partition(":")
        module = importlib.import_module(f"ui.cli.{name}")
        command: click.Command = getattr(module, inside or "command", None) or module.act_named(inside)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="安心码发证工作站")
def root() -> None:
    """安心码 / 居家上门服务证 发证工作站。不带参数运行则打开桌面。"""


def main(argv: Sequence[str]) -> int:
    """Run one command line; answers the exit code (0 ok, 1 refused, 2 fault, 3 usage)."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
    try:
        answer = root.main(list(argv), prog_name="main.py", standalone_mode=False)
    except click.UsageError as wrong:
        wrong.show()
        return USAGE
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.Abort:
        return 2
    return answer if isinstance(answer, int) else 0
