"""How often one address may ask: 30 a minute, 300 an hour (trust.md T14). In memory, bounded, nothing kept.

An IPv6 subscriber holds a /64, so all of it counts as one address.
"""

from __future__ import annotations

import ipaddress
import threading
from collections import OrderedDict, deque

MINUTE_MS, HOUR_MS = 60_000, 3_600_000
PER_MINUTE, PER_HOUR = 30, 300
ADDRESSES = 20_000


class Limits:
    """Counts requests by address; the longest unseen addresses are forgotten first."""

    def __init__(self, per_minute: int = PER_MINUTE, per_hour: int = PER_HOUR) -> None:
        self._per_minute, self._per_hour = per_minute, per_hour
        self._seen: OrderedDict[str, deque[int]] = OrderedDict()
        self._lock = threading.Lock()

    def allow(self, address: str, now_ms: int) -> bool:
        """Whether this request may pass; a refused one is not counted."""
        asking = subscriber(address)
        with self._lock:
            times = self._seen.setdefault(asking, deque())
            self._seen.move_to_end(asking)
            while len(self._seen) > ADDRESSES:
                self._seen.popitem(last=False)
            while times and now_ms - times[0] >= HOUR_MS:
                times.popleft()
            minute = sum(now_ms - at < MINUTE_MS for at in times)
            if minute >= self._per_minute or len(times) >= self._per_hour:
                return False
            times.append(now_ms)
            return True


def subscriber(address: str) -> str:
    """Who is behind an address: an IPv4 address itself, of IPv6 the /64; anything else as it stands."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    mapped = found.ipv4_mapped
    return str(mapped) if mapped is not None else str(ipaddress.ip_network((int(found) >> 64 << 64, 64)))
