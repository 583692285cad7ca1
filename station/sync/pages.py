"""A city's facts page by page; of a centre on another machine, the next page comes while the disk is waited for.

Only while the disk is waited for: Python runs in one thread at a time, and a page that is read beside the writing of
the one before it makes every row wait for the interpreter (measured: nothing gained).
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

from station.domain.errors import Fault
from station.sync.central import Central, Cursor, Page
from station.sync.remote import RemoteCentral


class Pages:
    """Pages of one reading, each asked for when it is wanted. To be closed."""

    def __init__(self, central: Central, city: str, limit: int, skip: str | None) -> None:
        self._central, self._city, self._limit, self._skip = central, city, limit, skip
        self._restarts = 0

    def ask(self, at: Cursor) -> None:
        """The page after that cursor is wanted next. Does not wait."""

    def after(self, at: Cursor) -> Page:
        """The page after that cursor. Raises what the centre raises, and Fault where another page is promised and this
        one is no step towards it: a reading comes to an end, whatever it is told."""
        page = self._page(at)
        self._restarts += page.restarted
        if page.more and (self._restarts > 1 or page.cursor.number <= (0 if page.restarted else at.number)):
            raise Fault(
                "省级平台的答复前后不一致，本次没有读完。",
                "稍后会自动再试；一直如此请报告省级平台，记录不会丢失。",
                code="centre_pages",
            )
        return page

    def _page(self, at: Cursor) -> Page:
        return self._central.pull(self._city, at, self._limit, skip=self._skip)

    def __enter__(self) -> Pages:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing of this reading goes on afterwards."""


class _Ahead(Pages):
    """One page may be on its way while the one before it is being made durable."""

    def __init__(self, central: Central, city: str, limit: int, skip: str | None) -> None:
        super().__init__(central, city, limit, skip)
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="pull")
        self._coming: tuple[Cursor, Future[Page]] | None = None

    def ask(self, at: Cursor) -> None:
        self._coming = at, self._reader.submit(super()._page, at)

    def _page(self, at: Cursor) -> Page:
        coming, self._coming = self._coming, None
        if coming is not None and coming[0] == at:
            return coming[1].result()
        return super()._page(at)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._reader.shutdown(wait=True)


def pages_of(central: Central, city: str, limit: int, skip: str | None) -> Pages:
    """The pages of a city without the facts of the station `skip`."""
    return (_Ahead if isinstance(central, RemoteCentral) else Pages)(central, city, limit, skip)
