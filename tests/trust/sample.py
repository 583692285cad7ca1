"""The permit every trust test speaks of."""

from __future__ import annotations

from datetime import date

TODAY = date(2026, 11, 23)
LAST_DAY = date(2029, 11, 22)
NUMBER = "3301022026000123"
PREFIX = "https://axm.example.cn/"
