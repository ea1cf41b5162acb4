"""What an import says of itself when it ends."""

from collections import Counter
from dataclasses import dataclass, field
from threading import Lock


@dataclass
class Report:
    """What became of every line."""

    imported: Counter = field(default_factory=Counter)
    already: Counter = field(default_factory=Counter)
    problems: list = field(default_factory=list)  # (line number, what)
    rejected: int = 0
    removed: int = 0
    cleaned: list = field(default_factory=list)  # (record's id, number of things removed)

    MOST = 1000  # problems and cleaned texts kept word for word; the rest are counted

    def __post_init__(self):
        self.lock = Lock()  # one batch is written while the next is read, and both may find something wrong

    def reject(self, number, reason):
        with self.lock:
            self.rejected += 1
        self.problem(number, reason)

    def problem(self, number, what):
        if len(self.problems) < self.MOST:
            self.problems.append((number, what))

    def note_removed(self, identifier, count):
        if count:
            self.removed += count
            if len(self.cleaned) < self.MOST:
                self.cleaned.append((identifier, count))

    @property
    def is_clean(self):
        return not self.problems and not self.rejected
