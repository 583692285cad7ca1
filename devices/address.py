"""A device URL taken apart: scheme, place, options. Every option must be asked for; an unknown one is refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from devices.errors import BadUrl

LONGEST = 2048


@dataclass(slots=True)
class Address:
    """One device URL. Take what you know, then `finish`."""

    url: str
    scheme: str
    host: str
    path: str
    _options: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, url: str) -> Address:
        """Raises BadUrl for text that is no URL or names an option twice."""
        try:
            parts = urlsplit(url if len(url) <= LONGEST else "")
            pairs = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        except ValueError:
            raise BadUrl("设备地址的写法不对。例如：usb://0f49:?profile=evolis-primacy", "url") from None
        if not parts.scheme or parts.fragment or "://" not in url:
            raise BadUrl("设备地址的写法不对。例如：usb://0f49:?profile=evolis-primacy", "url")
        options = dict(pairs)
        if len(options) != len(pairs):
            raise BadUrl("设备地址里有重复的选项。", "url_option")
        return cls(url, parts.scheme.lower(), parts.netloc, unquote(parts.path), options)

    def take(self, name: str, default: str = "") -> str:
        """An option as text."""
        return self._options.pop(name, default)

    def take_number(self, name: str, default: int, low: int = 0, high: int = 1_000_000) -> int:
        """An option as a whole number within limits. Raises BadUrl."""
        text = self._options.pop(name, None)
        if text is None:
            return default
        if not (text.isascii() and text.isdigit() and len(text) < 9 and low <= int(text) <= high):
            raise BadUrl(f"设备地址的选项“{name}”应是 {low} 到 {high} 的整数。", "url_option")
        return int(text)

    def finish(self) -> None:
        """Raises BadUrl when an option is left that nobody asked for."""
        if self._options:
            raise BadUrl(f"设备地址里有不认识的选项：{'、'.join(sorted(self._options))}。", "url_option")

    @property
    def folder(self) -> Path:
        """The place as a path: `folder:///DIR`, on Windows also `folder:///C:/DIR`."""
        place = self.path
        if len(place) > 2 and place[0] == "/" and place[2] == ":":
            place = place[1:]
        if self.host or not place:
            raise BadUrl("设备地址应写三条斜线和完整路径，例如：folder:///D:/out", "url")
        return Path(place)
