"""What one exchange did, and the one line that says so."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Exchanged:
    """What one exchange did. `alarms` are sentences for a person; `ok` means all of it done and the sums equal."""

    pushed: int = 0
    repeated: int = 0
    pulled: int = 0
    keys_sent: int = 0
    keys_taken: int = 0
    blobs_sent: int = 0
    given_back: int = 0
    waiting: int = 0
    recovered: int = 0
    restarted: bool = False
    cancelled: bool = False
    tally_equal: bool = False
    as_of_ms: int = 0
    alarms: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return self.tally_equal and not self.alarms and not self.cancelled

    @property
    def sentence(self) -> str:
        """One line for the status strip."""
        if self.alarms:
            return self.alarms[0]
        if self.cancelled:
            return f"同步已停止：已上传 {self.pushed} 条，下载 {self.pulled} 条，其余下次接着传。"
        if not self.tally_equal:
            return f"已上传 {self.pushed} 条，下载 {self.pulled} 条；期间又有新的记录，下次同步时再核对总数。"
        return f"同步完成：上传 {self.pushed} 条，下载 {self.pulled} 条，两边总数一致。"
