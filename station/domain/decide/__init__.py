"""Decisions: (record, act, actor, day) -> facts or Refused. Pure; nothing else decides what may be appended."""
