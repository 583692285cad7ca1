"""argv -> ui.cli; no arguments -> ui.desktop.app. Nothing is decided here."""

import sys


def main(argv: list[str]) -> int:
    """Start the face that was asked for; imported only when wanted, for the window must open at once."""
    if argv:
        from station.garbage import search_seldom
        from ui.cli.main import main as command_line

        search_seldom()
        return command_line(argv)
    from ui.desktop.app import main as desktop

    return desktop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
