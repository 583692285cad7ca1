"""What can go wrong between us and a device, named by what may be done next.

The difference that matters is whether bytes had left: `NotReached` may be tried again,
`Broken` may not (a card may be on its way). Each carries a sentence for people in Chinese.
"""

from __future__ import annotations


class DeviceError(Exception):
    """Root of everything a device may report. `sentence` says what to do; `code` is stable, for logs."""

    code = "device"

    def __init__(self, sentence: str, code: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        if code is not None:
            self.code = code


class NotReached(DeviceError):
    """No byte left this machine: trying again is safe."""

    code = "not_reached"


class Broken(DeviceError):
    """Bytes had left when the link broke: `sent` of them. Nobody may assume the device did nothing."""

    code = "broken"

    def __init__(self, sentence: str, sent: int = 0, code: str | None = None) -> None:
        super().__init__(sentence, code)
        self.sent = sent


class TimedOut(DeviceError):
    """The device did not answer in time; the link still stands."""

    code = "timed_out"


class BadReply(DeviceError):
    """The device answered something its manual does not know."""

    code = "bad_reply"


class Missing(DeviceError):
    """A library, a profile, a file or the device itself is not here."""

    code = "missing"


class BadUrl(DeviceError):
    """A device URL that names no transport, profile or option we know."""

    code = "bad_url"
