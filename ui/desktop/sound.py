"""Five sounds for five meanings, made of plain tones; where the machine plays nothing, a number of beeps.

Nothing here is the only sign of anything: colour, word and shape say the same.
"""

from __future__ import annotations

import array
import functools
import io
import math
import shutil
import subprocess
import sys
import wave
from collections.abc import Callable

RATE = 22_050
LOUD = 9_000
Tone = tuple[int, int]  # hertz (0 = silence), milliseconds

TONES: dict[str, tuple[Tone, ...]] = {
    "green": ((880, 90), (1320, 160)),  # rising: may go in
    "yellow": ((660, 140), (0, 60), (660, 140)),  # twice the same: read what lapsed
    "red": ((330, 180), (0, 50), (330, 180), (0, 50), (330, 240)),  # three low ones: no
    "unsure": ((520, 260), (390, 320)),  # falling: nobody can tell
    "invalid": ((300, 70), (600, 70), (300, 70), (600, 70), (300, 70), (600, 120)),  # a siren: forged or no code at all
}
BEEPS = {"green": 1, "yellow": 2, "red": 3, "unsure": 4, "invalid": 5}
"""What is heard where only the system's beep is there."""


@functools.cache
def sound_of(meaning: str) -> bytes:
    """The sound of a meaning as a WAV file, 16 bit mono."""
    samples = array.array("h")
    for hertz, ms in TONES[meaning]:
        count = RATE * ms // 1000
        soft = max(1, RATE // 200)  # 5 ms in and out, so that nothing clicks
        for at in range(count):
            level = min(1.0, at / soft, (count - at) / soft)
            samples.append(round(LOUD * level * math.sin(2 * math.pi * hertz * at / RATE)))
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return out.getvalue()


def player() -> Callable[[bytes], None] | None:
    """What plays a WAV here, waiting until it is over; None where nothing does."""
    if sys.platform == "win32":
        import winsound

        return lambda sound: winsound.PlaySound(sound, winsound.SND_MEMORY)
    found = shutil.which("aplay")
    if found is None:
        return None

    def play(sound: bytes) -> None:
        command = [found, "-q", "-"]
        subprocess.run(command, input=sound, timeout=5, check=False, stderr=subprocess.DEVNULL)  # noqa: S603 - own words

    return play
