"""What every page is made of: templates with the city's contacts, the one bad-code answer, errors in words."""

from __future__ import annotations

import logging
from typing import Any

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from station.domain.errors import Fault, Refused
from station.settings import CityProfile
from ui.household.pages import environment
from ui.household.served import Cities, Served
from ui.words import word

LOG = logging.getLogger("anxin.household")
LARGEST_FORM = 8_192


class Answers:
    """Renders; knows no rule. Pages derive from it."""

    def __init__(self, cities: Cities) -> None:
        self.cities = cities
        self.templates = environment()

    def html(
        self, template: str, at: Served | None = None, status: int = 200, *, city: CityProfile | None = None,
        **values: Any,
    ) -> HTMLResponse:
        """A page with the names and contacts of that city; of the first where the request names none."""
        settings = (at or self.cities.first).desk.settings
        shared = {"city": city or settings.city, "rehearsal": settings.rehearsal}
        return HTMLResponse(self.templates.get_template(template).render(**shared, **values), status)

    def message(self, name: str, sentence: str = "", status: int = 200, at: Served | None = None) -> HTMLResponse:
        """A titled sentence; both from resources/i18n unless a rule brings its own sentence."""
        words = sentence or word("household", f"{name}_sentence")
        return self.html("message.html.j2", at, status, title=word("household", name), sentence=words)

    def invalid(self) -> HTMLResponse:
        """The one answer to every bad code: no worker data, no difference."""
        return self.html("invalid.html.j2", status=404)

    async def form(self, request: Request) -> FormData:
        """The fields of a small form. Raises Refused for a large one."""
        length = request.headers.get("content-length", "")
        if not length.isdigit() or int(length) > LARGEST_FORM:
            raise Refused("提交的内容过长，请缩短后重试。", "form_too_large")
        return await request.form(max_files=0, max_fields=8)

    # --- what went wrong ----------------------------------------------------------------------------------------------

    async def refused(self, request: Request, error: Exception) -> Response:
        """A rule said no: its own sentence."""
        return self.message("again", error.sentence if isinstance(error, Refused) else "", 400)

    async def fault(self, request: Request, error: Exception) -> Response:
        """The world: the database, the clock."""
        LOG.warning("fault %s", error.code if isinstance(error, Fault) else "")
        return self.message("not_now", status=503)

    async def framework(self, request: Request, error: Exception) -> Response:
        """What the framework itself refuses: a form it cannot read; anything else is the one bad-code answer."""
        if isinstance(error, HTTPException) and error.status_code == 400:
            return self.message("again", word("household", "unreadable"), 400)
        return self.invalid()

    async def broken(self, request: Request, error: Exception) -> Response:
        """Our own mistake; the framework raises it again for the log of the server."""
        return self.message("not_now", status=500)
