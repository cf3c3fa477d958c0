"""Reasons that people give: the same rule at every door that asks for one."""

from asuh.access.refusals import ReasonMissing, ReasonTooLong

LONGEST = 500


def given(text: str) -> str:
    """`text` without the spaces around it. Raises ReasonMissing, ReasonTooLong (both ReasonUnfit)."""
    text = text.strip()
    if not text:
        raise ReasonMissing
    if len(text) > LONGEST:
        raise ReasonTooLong(len(text), LONGEST)
    return text
