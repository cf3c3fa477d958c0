"""No page speaks two languages."""

import importlib.util
from pathlib import Path

TOOL = Path(__file__).parent.parent / "tools" / "messages.py"


def test_every_string_has_its_english() -> None:
    spec = importlib.util.spec_from_file_location("messages_tool", TOOL)
    assert spec
    assert spec.loader
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert tool.complaints("en") == [], "run make messages, then write the English"
