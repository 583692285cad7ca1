"""The web application of the household's page: addresses and forms. Verify, look up, fold, render – no state.

Every bad code gets the same answer; nothing is fetched from anybody else and nothing needs a script: only the worker's
own page has one, to renew its code. Headers and limits stand around it, in `gate`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from station.domain.errors import Fault, Refused
from station.services import phone, visits
from station.services.desk import Desk
from station.services.inspecting import inspect_code, inspect_number
from station.services.phone import PhoneCode
from station.services.pictures import picture
from station.services.viewseal import ViewSeal
from station.settings import CityProfile
from ui.household.elsewhere import elsewhere_view
from ui.household.gate import Gate
from ui.household.limits import Limits
from ui.household.pages import FOLDER, environment, own_view, page_view, watermarked
from ui.household.served import Cities, Served
from ui.words import word

LOG = logging.getLogger("anxin.household")
LARGEST_FORM = 8_192


class Household:
    """The page over the desks of its cities."""

    def __init__(self, cities: Cities) -> None:
        self.cities = cities
        self.templates = environment()
        self.renewing = (FOLDER / "code.js").read_text(encoding="utf-8")
        self.style = (FOLDER / "style.css").read_text(encoding="utf-8")

    # --- pages --------------------------------------------------------------------------------------------------------

    async def scan(self, request: Request) -> Response:
        """GET /<191 digits>: what the code is worth now."""
        return await run_in_threadpool(self._scan, str(request.url.path)[1:])

    def _scan(self, token: str) -> Response:
        at = self.cities.of_code(token)
        found = inspect_code(at.desk, token)
        number = found.permit_number
        if found.verdict.genuine and number is not None and not self.cities.serves(number):
            there = elsewhere_view(found, at.desk.settings.city)
            return self.html("elsewhere.html.j2", city=there.city, view=there)
        view = page_view(at.desk, at.seal, found)
        if view is None:
            return self.invalid()
        visits.remember_scan(at.desk, found)
        return self.html("page.html.j2", at, view=view)

    async def photo(self, request: Request) -> Response:
        """GET /photo/<opaque>: the portrait, small, with the moment across it."""
        return await run_in_threadpool(self._photo, request.path_params["name"])

    def _photo(self, name: str) -> Response:
        now = self.cities.first.desk.clock.now_ms()
        at, (subject, sha256) = self.cities.of_name(
            lambda one: one.seal.opened_photo(name, now, one.desk.settings.limits.entry_nonce_minutes)
        )
        data = picture(at.desk, subject, sha256)
        if data is None:
            return self.invalid()
        return Response(watermarked(data, now), media_type="image/jpeg")

    async def confirm(self, request: Request) -> Response:
        """POST /confirm: 确认入户, once per view."""
        form = await self._form(request)
        nonce, read = str(form.get("nonce", "")), form.get("read") == "1"
        return await run_in_threadpool(self._confirm, nonce, read)

    def _confirm(self, nonce: str, read: bool) -> Response:
        at = self.cities.of_view(nonce)
        fresh = visits.confirm_entry(at.desk, at.seal, nonce, acknowledged=read)
        return self.html("done.html.j2", at, fresh=fresh, nonce=nonce)

    async def evaluate(self, request: Request) -> Response:
        """POST /evaluate: one to five, once per confirmed entry."""
        form = await self._form(request)
        nonce, stars = str(form.get("nonce", "")), str(form.get("stars", ""))

        def work() -> Response:
            at = self.cities.of_view(nonce)
            visits.evaluate(at.desk, at.seal, nonce, int(stars) if stars in "12345" and stars else 0)
            return self.message("thanks", at=at)

        return await run_in_threadpool(work)

    async def complain(self, request: Request) -> Response:
        """POST /complain: without text it shows the form, with text it becomes a fact."""
        form = await self._form(request)
        fields = {name: str(form.get(name, "")) for name in ("nonce", "topic", "text", "contact")}

        def work() -> Response:
            at = self.cities.of_view(fields["nonce"])
            minutes = at.desk.settings.limits.entry_nonce_minutes
            view = at.seal.opened(fields["nonce"], at.desk.clock.now_ms(), minutes * 6)
            if not fields["text"].strip():
                return self.html("complain.html.j2", at, nonce=fields["nonce"])
            found = inspect_number(at.desk, view.number, view.issue_number or None)
            visits.complain(
                at.desk, found, number=view.number, topic=fields["topic"], text=fields["text"],
                contact=fields["contact"],
            )  # fmt: skip
            return self.message("received", at=at)

        return await run_in_threadpool(work)

    async def own(self, request: Request) -> Response:
        """GET /me/<opaque>: the worker's online permit with the code to show; it reloads itself every minute."""
        return await run_in_threadpool(self._own, request.path_params["link"])

    def _own(self, link: str) -> Response:
        at, (number, found) = self.cities.of_name(lambda one: phone.online_permit(one.desk, one.seal, link))
        view = own_view(at.desk, at.seal, number, found)
        shown = at.phone_code is not None and not found.unsure
        return self.html("own.html.j2", at, view=view, link=link, shown=shown, seconds=phone.SHOWN_SECONDS)

    async def code(self, request: Request) -> Response:
        """GET /me/<opaque>/code.png: a code made now."""
        return await run_in_threadpool(self._code, request.path_params["link"])

    def _code(self, link: str) -> Response:
        at, (number, _) = self.cities.of_name(lambda one: phone.online_permit(one.desk, one.seal, link))
        if at.phone_code is None:
            return self.invalid()
        text = at.phone_code(number)
        return Response(phone.code_picture(at.desk, text), media_type="image/png")

    async def sheet(self, request: Request) -> Response:
        """GET /style.css."""
        return Response(self.style, media_type="text/css", headers={"Cache-Control": "public, max-age=86400"})

    async def script(self, request: Request) -> Response:
        """GET /code.js: renews the code on the worker's own page; no other page has a script."""
        return Response(self.renewing, media_type="text/javascript", headers={"Cache-Control": "public, max-age=86400"})

    async def robots(self, request: Request) -> Response:
        """GET /robots.txt: nobody is to index a code."""
        return PlainTextResponse("User-agent: *\nDisallow: /\n")

    # --- parts --------------------------------------------------------------------------------------------------------

    def html(
        self, template: str, at: Served | None = None, status: int = 200, *, city: CityProfile | None = None,
        **values: Any,
    ) -> HTMLResponse:
        """A page with the names and contacts of that city; of the first where the request names none."""
        settings = (at or self.cities.first).desk.settings
        shared: Mapping[str, Any] = {"city": city or settings.city, "rehearsal": settings.rehearsal}
        return HTMLResponse(self.templates.get_template(template).render(**shared, **values), status)

    def message(self, name: str, sentence: str = "", status: int = 200, at: Served | None = None) -> HTMLResponse:
        """A titled sentence; both from resources/i18n unless a rule brings its own sentence."""
        words = sentence or word("household", f"{name}_sentence")
        return self.html("message.html.j2", at, status, title=word("household", name), sentence=words)

    def invalid(self) -> HTMLResponse:
        """The one answer to every bad code: no worker data, no difference."""
        return self.html("invalid.html.j2", status=404)

    async def _form(self, request: Request) -> FormData:
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


def make_app(
    desk: Desk, seal: ViewSeal, limits: Limits | None = None, phone_code: PhoneCode | None = None,
    others: Sequence[Served] = (),
) -> Gate:
    """The ASGI application. Without `phone_code` the online permit shows no code: the keys are elsewhere.

    `others` are further cities whose ledgers are on this machine.
    """
    page = Household(Cities(Served(desk, seal, phone_code), *others))
    counted = limits or Limits()
    inner = Starlette(
        routes=[
            Route("/style.css", page.sheet),
            Route("/code.js", page.script),
            Route("/robots.txt", page.robots),
            Route("/photo/{name}", page.photo),
            Route("/me/{link}", page.own),
            Route("/me/{link}/code.png", page.code),
            Route("/confirm", page.confirm, methods=["POST"]),
            Route("/evaluate", page.evaluate, methods=["POST"]),
            Route("/complain", page.complain, methods=["POST"]),
            Route("/{token:path}", page.scan),
        ],
        exception_handlers={
            Refused: page.refused, Fault: page.fault, HTTPException: page.framework, Exception: page.broken,
        },
    )
    return Gate(
        inner,
        lambda address: counted.allow(address, desk.clock.now_ms()),
        lambda: page.message("too_often", status=429),
    )
