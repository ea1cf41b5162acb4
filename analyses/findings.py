"""What a check says of one language of a text: whether it stops publication, in words, and at which field."""

from dataclasses import dataclass

BLOCKING, ADVISING = "blocking", "advising"


@dataclass(frozen=True)
class Finding:
    level: str
    code: str  # "no_summary"
    message: str
    field: str  # "summary", "body", "image", "authors"…: a field of each language, or one of all languages
    language: str

    @property
    def is_blocking(self):
        return self.level == BLOCKING
