"""What a household does after looking: confirm the entry, evaluate it later, report a problem. Forms in, facts out."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from station.domain.errors import Refused
from station.services import visits
from station.services.inspecting import inspect_number
from ui.household.answers import Answers
from ui.household.served import Served

COOKIE = "visit"


class Doorstep(Answers):
    """Everything that stores a fact. No cookie before the entry is confirmed, and none that names anybody."""

    async def confirm(self, request: Request) -> Response:
        """POST /confirm: 确认入户, once per view."""
        form = await self.form(request)
        nonce, read = str(form.get("nonce", "")), form.get("read") == "1"
        before, secure = request.cookies.get(COOKIE, ""), request.url.scheme == "https"
        return await run_in_threadpool(self._confirm, nonce, read, before, secure)

    def _confirm(self, nonce: str, read: bool, before: str, secure: bool) -> Response:
        at = self.cities.of_view(nonce)
        entered = visits.confirm_entry(at.desk, at.seal, nonce, acknowledged=read, before=_entry_of(at, before))
        link = visits.visit_link(at.desk, at.seal, entered.nonce)
        answer = self.html(
            "done.html.j2", at, fresh=entered.fresh, overlaps=entered.overlaps, nonce=entered.nonce, link=link,
            days=visits.EVALUATE_DAYS,
        )  # fmt: skip
        life = at.desk.settings.limits.merge_entries_minutes * 60
        answer.set_cookie(COOKIE, link, max_age=life, path="/confirm", secure=secure, httponly=True, samesite="strict")
        return answer

    async def visit(self, request: Request) -> Response:
        """GET /visit/<opaque>: the page a household keeps to evaluate the visit when it is over."""
        return await run_in_threadpool(self._visit, request.path_params["link"])

    def _visit(self, link: str) -> Response:
        at, nonce = self.cities.of_name(lambda one: visits.visit_of(one.desk, one.seal, link))
        return self.html("visit.html.j2", at, nonce=nonce)

    async def evaluate(self, request: Request) -> Response:
        """POST /evaluate: one to five, once per confirmed entry."""
        form = await self.form(request)
        nonce, stars = str(form.get("nonce", "")), str(form.get("stars", ""))

        def work() -> Response:
            at = self.cities.of_view(nonce)
            visits.evaluate(at.desk, at.seal, nonce, int(stars) if stars in "12345" and stars else 0)
            return self.message("thanks", at=at)

        return await run_in_threadpool(work)

    async def complain(self, request: Request) -> Response:
        """POST /complain: without text it shows the form, with text it becomes a fact."""
        form = await self.form(request)
        fields = {name: str(form.get(name, "")) for name in ("nonce", "topic", "text", "contact")}

        def work() -> Response:
            at = self.cities.of_view(fields["nonce"])
            view = visits.complained_view(at.desk, at.seal, fields["nonce"])
            if not fields["text"].strip():
                return self.html("complain.html.j2", at, nonce=fields["nonce"])
            found = inspect_number(at.desk, view.number, view.issue_number or None)
            visits.complain(
                at.desk, found, number=view.number, topic=fields["topic"], text=fields["text"],
                contact=fields["contact"],
            )  # fmt: skip
            return self.message("received", at=at)

        return await run_in_threadpool(work)


def _entry_of(at: Served, cookie: str) -> str:
    """The entry this browser confirmed last in that city; a cookie that is none of ours is no cookie."""
    try:
        return visits.visit_of(at.desk, at.seal, cookie) if cookie else ""
    except Refused:
        return ""
