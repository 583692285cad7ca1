"""A test slip on a receipt or label printer: no person is on it. For the command line and the devices screen."""

from __future__ import annotations

from datetime import date

from devices.catalogue import open_slip_printer
from devices.contracts import PrintReport
from station.cards import slips


def print_test_slip(url: str, today: date) -> PrintReport:
    """Print one. Never raises for a fault of the printer; raises BadUrl and Missing for the address."""
    printer = open_slip_printer(url)
    try:
        return printer.print_slip(slips.draw(slips.sample(today), printer.width, printer.profile.dpi))
    finally:
        printer.close()
