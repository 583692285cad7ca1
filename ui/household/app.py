"""The web application of the household's page: addresses, headers, limits. Verify, look up, fold, render – no state.

Every bad code gets the same answer; every answer carries the headers of trust.md §8.3; nothing is fetched from
anybody else and nothing needs a script: only the worker's own page has one, to renew its code.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from station.domain.errors import Fault, Refused
from station.services import phone, visits
from station.services.desk import Desk
from station.services.inspecting import inspect_code, inspect_number
from station.services.phone import PhoneCode
from station.services.pictures import picture
from station.services.visits import ViewSeal
from ui.household.limits import Limits
from ui.household.pages import FOLDER, environment, own_view, page_view, watermarked
from ui.words import word

LOG = logging.getLogger("anxin.household")
LARGEST_FORM = 8_192
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Strict-Transport-Security": "max-age=31536000",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
Answer = Callable[[Request], Awaitable[Response]]


class Household:
    """The page over one desk."""

    def __init__(
        self, desk: Desk, seal: ViewSeal, limits: Limits | None = None, phone_code: PhoneCode | None = None
    ) -> None:
        self.desk = desk
        self.seal = seal
        self.phone_code = phone_code
        self.limits = limits or Limits()
        self.templates = environment()
        self.renewing = (FOLDER / "code.js").read_text(encoding="utf-8")
        self.style = (FOLDER / "style.css").read_text(encoding="utf-8")

    # --- pages --------------------------------------------------------------------------------------------------------

    async def scan(self, request: Request) -> Response:
        """GET /<191 digits>: what the code is worth now."""
        return await run_in_threadpool(self._scan, str(request.url.path)[1:])

    def _scan(self, token: str) -> Response:
        found = inspect_code(self.desk, token)
        view = page_view(self.desk, self.seal, found)
        if view is None:
            return self.invalid()
        visits.remember_scan(self.desk, found)
        return self.html("page.html.j2", view=view)

    async def photo(self, request: Request) -> Response:
        """GET /photo/<opaque>: the portrait, small, with the moment across it."""
        return await run_in_threadpool(self._photo, request.path_params["name"])

    def _photo(self, name: str) -> Response:
        now = self.desk.clock.now_ms()
        subject, sha256 = self.seal.opened_photo(name, now, self.desk.settings.limits.entry_nonce_minutes)
        data = picture(self.desk, subject, sha256)
        if data is None:
            return self.invalid()
        return Response(watermarked(data, now), media_type="image/jpeg")

    async def confirm(self, request: Request) -> Response:
        """POST /confirm: 确认入户, once per view."""
        form = await self._form(request)
        nonce, read = str(form.get("nonce", "")), form.get("read") == "1"
        return await run_in_threadpool(self._confirm, nonce, read)

    def _confirm(self, nonce: str, read: bool) -> Response:
        fresh = visits.confirm_entry(self.desk, self.seal, nonce, acknowledged=read)
        return self.html("done.html.j2", fresh=fresh, nonce=nonce)

    async def evaluate(self, request: Request) -> Response:
        """POST /evaluate: one to five, once per confirmed entry."""
        form = await self._form(request)
        nonce, stars = str(form.get("nonce", "")), str(form.get("stars", ""))

        def work() -> Response:
            visits.evaluate(self.desk, self.seal, nonce, int(stars) if stars in "12345" and stars else 0)
            return self.message("thanks")

        return await run_in_threadpool(work)

    async def complain(self, request: Request) -> Response:
        """POST /complain: without text it shows the form, with text it becomes a fact."""
        form = await self._form(request)
        fields = {name: str(form.get(name, "")) for name in ("nonce", "topic", "text", "contact")}

        def work() -> Response:
            minutes = self.desk.settings.limits.entry_nonce_minutes
            view = self.seal.opened(fields["nonce"], self.desk.clock.now_ms(), minutes * 6)
            if not fields["text"].strip():
                return self.html("complain.html.j2", nonce=fields["nonce"])
            found = inspect_number(self.desk, view.number, view.issue_number or None)
            visits.complain(
                self.desk, found, number=view.number, topic=fields["topic"], text=fields["text"],
                contact=fields["contact"],
            )  # fmt: skip
            return self.message("received")

        return await run_in_threadpool(work)

    async def own(self, request: Request) -> Response:
        """GET /me/<opaque>: the worker's online permit with the code to show; it reloads itself every minute."""
        return await run_in_threadpool(self._own, request.path_params["link"])

    def _own(self, link: str) -> Response:
        number, found = phone.online_permit(self.desk, self.seal, link)
        view = own_view(self.desk, self.seal, number, found)
        shown = self.phone_code is not None and not found.unsure
        return self.html("own.html.j2", view=view, link=link, shown=shown, seconds=phone.SHOWN_SECONDS)

    async def code(self, request: Request) -> Response:
        """GET /me/<opaque>/code.png: a code made now."""
        return await run_in_threadpool(self._code, request.path_params["link"])

    def _code(self, link: str) -> Response:
        number, _ = phone.online_permit(self.desk, self.seal, link)
        if self.phone_code is None:
            return self.invalid()
        text = self.phone_code(number)
        return Response(phone.code_picture(self.desk, text), media_type="image/png")

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

    def html(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page with the city's names and contacts."""
        city = self.desk.settings.city
        shared: Mapping[str, Any] = {"city": city, "rehearsal": self.desk.settings.rehearsal}
        return HTMLResponse(self.templates.get_template(template).render(**shared, **values), status)

    def message(self, name: str, sentence: str = "", status: int = 200) -> HTMLResponse:
        """A titled sentence; both from resources/i18n unless a rule brings its own sentence."""
        words = sentence or word("household", f"{name}_sentence")
        return self.html("message.html.j2", status, title=word("household", name), sentence=words)

    def invalid(self) -> HTMLResponse:
        """The one answer to every bad code: no worker data, no difference."""
        return self.html("invalid.html.j2", 404)

    async def _form(self, request: Request) -> FormData:
        length = request.headers.get("content-length", "")
        if not length.isdigit() or int(length) > LARGEST_FORM:
            raise Refused("提交的内容过长，请缩短后重试。", "form_too_large")
        return await request.form(max_files=0, max_fields=8)


def make_app(
    desk: Desk, seal: ViewSeal, limits: Limits | None = None, phone_code: PhoneCode | None = None
) -> Starlette:
    """The ASGI application. Without `phone_code` the online permit shows no code: the keys are elsewhere."""
    page = Household(desk, seal, limits, phone_code)

    def guarded(answer: Answer, *, counted: bool = True) -> Answer:
        async def act(request: Request) -> Response:
            address = request.client.host if request.client else ""
            if counted and not page.limits.allow(address, desk.clock.now_ms()):
                response: Response = page.message("too_often", status=429)
            else:
                response = await _answered(page, answer, request)
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
            mark = hashlib.sha256(request.url.path.encode()).hexdigest()[:8]
            LOG.info("%s %s %s", request.method, mark, response.status_code)
            return response

        return act

    return Starlette(
        routes=[
            Route("/style.css", guarded(page.sheet, counted=False)),
            Route("/code.js", guarded(page.script, counted=False)),
            Route("/robots.txt", guarded(page.robots, counted=False)),
            Route("/photo/{name}", guarded(page.photo)),
            Route("/me/{link}", guarded(page.own)),
            Route("/me/{link}/code.png", guarded(page.code)),
            Route("/confirm", guarded(page.confirm), methods=["POST"]),
            Route("/evaluate", guarded(page.evaluate), methods=["POST"]),
            Route("/complain", guarded(page.complain), methods=["POST"]),
            Route("/{token:path}", guarded(page.scan)),
        ]
    )


async def _answered(page: Household, answer: Answer, request: Request) -> Response:
    try:
        return await answer(request)
    except Refused as no:
        return page.message("again", no.sentence, 400)
    except Fault as fault:
        LOG.warning("fault %s", fault.code)
        return page.message("not_now", status=503)
