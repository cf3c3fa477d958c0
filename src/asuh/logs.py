"""Logs are JSON lines without personal data: message, place in the code, and error type; never arguments."""

import json
import logging
import traceback


class JsonFormatter(logging.Formatter):
    """One JSON object a line.

    Exception *messages* are left out, since database and form errors quote the values they refuse; the
    type and the lines of code stay.
    """

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "event": record.msg if record.exc_info else record.getMessage(),
        }
        if record.exc_info and record.exc_info[0]:
            entry["error"] = record.exc_info[0].__name__
            entry["where"] = [
                f"{frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(record.exc_info[2])
            ][-12:]
        return json.dumps(entry, ensure_ascii=False)
