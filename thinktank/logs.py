"""Log lines that nobody who writes a name or an address can forge: one JSON object each, and no secrets in them."""

import json
import logging
import re
from datetime import UTC, datetime

LONGEST_MESSAGE, LONGEST_TRACEBACK = 2000, 12000  # characters
# Control characters that JSON leaves as they are, line separators, and marks that turn the direction of text.
UNSEEN = re.compile("[\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Addresses that are as good as a key: of a preview for somebody without an account, its pictures, and a new password.
SECRET_ADDRESS = re.compile(r"(/preview/|[?&]preview=|/accounts/password/reset/key/)[^\s\"'?&]+")


class JsonLine(logging.Formatter):
    def format(self, record):
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "source": record.name,
            "message": shown(record.getMessage(), LONGEST_MESSAGE),
        }
        if record.exc_info:
            line["traceback"] = shown(self.formatException(record.exc_info), LONGEST_TRACEBACK)
        if status := getattr(record, "status_code", None):
            line["status"] = status
        return escaped(json.dumps(line, ensure_ascii=False))


def redacted(text):
    return SECRET_ADDRESS.sub(r"\1…", text)


def shown(text, longest):
    text = redacted(text)
    return text if len(text) <= longest else f"{text[:longest]}… ({len(text)} characters)"


def escaped(line):
    line = UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", line)
    return line.encode("utf-8", "backslashreplace").decode()  # half a surrogate pair is no text
