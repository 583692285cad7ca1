"""Is everything still what it was: chains, signatures of facts and of tokens, projections against a rebuild."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from station.domain import facts
from station.ledger.audit import AuditReport
from station.ledger.encoding import RawFact
from station.services.desk import Desk
from station.trust.stationkey import fact_signature_holds
from station.trust.token import NotAToken, parse
from station.trust.verdict import judge


def audit(
    desk: Desk, public_keys: Mapping[str, bytes], *, progress: Callable[[int, int], None] | None = None
) -> AuditReport:
    """The whole ledger checked. `public_keys` are the fact keys by station; a station without one is not judged."""

    def holds(raw: RawFact) -> bool:
        known = public_keys.get(raw.id.station)
        return known is None or (
            raw.signature is not None and fact_signature_holds(known, raw.hash, raw.signature)
        )

    def token_holds(fact: facts.Fact) -> str | None:
        signed = fact.payload
        if not isinstance(signed, facts.TokenSigned):
            return None
        token = parse(signed.token)
        if isinstance(token, NotAToken):
            return f"记录 {fact.id} 中的码已损坏。"
        verdict = judge(signed.token, desk.keyring, signed.issued_on)
        same = (token.body.permit_number, token.body.issue_number) == (signed.number, signed.issue_number)
        return None if verdict.genuine and same else f"记录 {fact.id} 中的码签名不符。"

    return desk.ledger.verify(signature_holds=holds, checks=(token_holds,), progress=progress)
