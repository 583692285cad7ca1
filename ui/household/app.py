"""The web application of the household's page: addresses, and what is looked at. Verify, look up, fold, render.

Every bad code gets the same answer; nothing is fetched from anybody else and nothing needs a script: only the worker's
own page has one, to renew its code. Headers and limits stand around it, in `gate`.
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from station.domain.errors import Fault, Refused
from station.services import phone
from station.services.desk import Desk
from station.services.inspecting import inspect_code, inspect_named, inspect_number
from station.services.phone import PhoneCode
from station.services.pictures import picture
from station.services.shown import Looks, remember_look
from station.services.viewseal import ViewSeal
from ui.household.doorstep import Doorstep
from ui.household.elsewhere import elsewhere_view, typed_elsewhere
from ui.household.gate import Gate
from ui.household.limits import Limits
from ui.household.pages import FOLDER, own_view, page_view, watermarked
from ui.household.served import Cities, Served
from ui.words import word

NOBODY = f"{0:016d}"
"""A number that no permit has."""
FOR_A_DAY = {"Cache-Control": "public, max-age=86400"}


class Household(Doorstep):
    """The page over the desks of its cities."""

    def __init__(self, cities: Cities) -> None:
        super().__init__(cities)
        self.looks = Looks()
        self.renewing = (FOLDER / "code.js").read_text(encoding="utf-8")
        self.style = (FOLDER / "style.css").read_text(encoding="utf-8")

    async def scan(self, request: Request) -> Response:
        """GET /<191 digits>: what the code is worth now."""
        return await run_in_threadpool(self._scan, str(request.url.path)[1:])

    def _scan(self, token: str) -> Response:
        at = self.cities.of_code(token)
        found = inspect_code(at.desk, token)
        number = found.permit_number
        if not found.verdict.genuine or number is None:
            _look_for_nobody(at)
            return self.invalid()
        if not self.cities.serves(number):
            there = elsewhere_view(number, found, at.desk.settings.city)
            return self.html("elsewhere.html.j2", city=there.city, view=there)
        view = page_view(at.desk, at.seal, number, found)
        if view is None:
            return self.invalid()
        remember_look(at.desk, self.looks, number, found)
        return self.html("page.html.j2", at, view=view)

    async def entry(self, request: Request) -> Response:
        """GET /: where number and name may be typed, for who does not trust a code (trust.md T4)."""
        return self.html("entry.html.j2", wrong=False)

    async def typed(self, request: Request) -> Response:
        """POST /: the same answer as a scan, where number and name fit; one answer to whatever does not."""
        form = await self.form(request)
        return await run_in_threadpool(self._typed, str(form.get("number", "")), str(form.get("name", "")))

    def _typed(self, given: str, name: str) -> Response:
        there = typed_elsewhere(self.cities, given)
        if there is not None:
            return self.html("elsewhere.html.j2", city=there.city, view=there)
        at = self.cities.of_typed(given)
        named = inspect_named(at.desk, given, name)
        view = page_view(at.desk, at.seal, *named, issue=word("household", "typed")) if named is not None else None
        if named is None or view is None:
            return self.html("entry.html.j2", status=404, wrong=True)
        remember_look(at.desk, self.looks, *named)
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
        return Response(self.style, media_type="text/css", headers=FOR_A_DAY)

    async def script(self, request: Request) -> Response:
        """GET /code.js: renews the code on the worker's own page; no other page has a script."""
        return Response(self.renewing, media_type="text/javascript", headers=FOR_A_DAY)

    async def robots(self, request: Request) -> Response:
        """GET /robots.txt: nobody is to index a code."""
        return PlainTextResponse("User-agent: *\nDisallow: /\n")


def _look_for_nobody(at: Served) -> None:
    """The work that a number which nobody has takes: a forged code is not answered sooner than that (trust.md T14)."""
    page_view(at.desk, at.seal, NOBODY, inspect_number(at.desk, NOBODY, 1))


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
            Route("/visit/{link}", page.visit),
            Route("/confirm", page.confirm, methods=["POST"]),
            Route("/evaluate", page.evaluate, methods=["POST"]),
            Route("/complain", page.complain, methods=["POST"]),
            Route("/", page.entry),
            Route("/", page.typed, methods=["POST"]),
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
