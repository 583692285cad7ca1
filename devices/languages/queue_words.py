"""What a print queue says, as values: its error policy and state reasons (RFC 8011 §5.4.12, CUPS); no I/O."""

from __future__ import annotations

from devices.contracts import FaultCode, PrinterFault, PrinterState, Severity
from devices.errors import BadReply
from devices.languages.faults import blocking, fault
from devices.languages.ipp import Attributes

SAFE_POLICY = "abort-job"
"""The only policy that never sends a job again: stop-printer does when the queue is started anew, retry-* at once."""

ASKED = (
    "printer-make-and-model",
    "printer-state",
    "printer-state-reasons",
    "printer-is-accepting-jobs",
    "printer-error-policy",
    "queued-job-count",
)

_STOPPED = 5
_REASONS = {
    "media-empty": FaultCode.FEEDER_EMPTY,
    "media-needed": FaultCode.FEEDER_EMPTY,
    "media-low": FaultCode.FEEDER_LOW,
    "media-jam": FaultCode.CARD_JAM,
    "marker-supply-empty": FaultCode.RIBBON_END,
    "toner-empty": FaultCode.RIBBON_END,
    "marker-supply-low": FaultCode.RIBBON_LOW,
    "toner-low": FaultCode.RIBBON_LOW,
    "marker-supply-missing": FaultCode.RIBBON_MISSING,
    "cover-open": FaultCode.COVER_OPEN,
    "door-open": FaultCode.COVER_OPEN,
    "interlock-open": FaultCode.COVER_OPEN,
    "output-area-full": FaultCode.OUTPUT_FULL,
    "offline": FaultCode.OFFLINE,
    "timed-out": FaultCode.OFFLINE,
    "fuser-over-temp": FaultCode.HEAD_HOT,
    "paused": FaultCode.LOCKED,
    "moving-to-paused": FaultCode.LOCKED,
}
"""State reasons without their suffix -> our fault."""


def check_policy(queue: str, told: Attributes) -> None:
    """Raises BadReply unless the queue gives a failed job up for good."""
    policy = str(next(iter(told.get("printer-error-policy", ())), "?"))
    if policy != SAFE_POLICY:
        raise BadReply(
            f"打印队列“{queue}”出错后会自己重打（错误策略：{policy}），不能用来制卡。"
            f"请管理员执行：lpadmin -p {queue} -o printer-error-policy={SAFE_POLICY}",
            "repeats",
        )


def state(told: Attributes) -> PrinterState:
    """The state of a queue. It has no counters and no position: a card is proved by reading it back."""
    faults = [found for reason in told.get("printer-state-reasons", ()) if (found := _reason(str(reason)))]
    if told.get("printer-state") == (_STOPPED,) or told.get("printer-is-accepting-jobs") == (False,):
        faults.append(fault(FaultCode.LOCKED, "queue stopped"))
    if told.get("queued-job-count", (0,)) != (0,):
        faults.append(fault(FaultCode.BUSY, "jobs in the queue"))
    model = str(next(iter(told.get("printer-make-and-model", ())), ""))
    return PrinterState(model, "", ready=blocking(faults) is None, faults=tuple(faults))


def _reason(word: str) -> PrinterFault | None:
    name, _, grade = word.rpartition("-")
    plain = name if grade in ("error", "warning", "report") else word
    code = _REASONS.get(plain)
    if code is not None:
        found = fault(code, word)
        return found if found.severity is Severity.INFO else fault(code, word, Severity.PRE)
    return fault(FaultCode.UNKNOWN, word, Severity.PRE) if grade == "error" else None
