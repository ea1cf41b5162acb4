"""Writing one batch while the next is read: Python and PostgreSQL work at the same time."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connection

HASTE = (
    # A crash in the middle of an import means importing again, not losing what somebody wrote.
    "SET synchronous_commit = off",
)
TIDY = ("VACUUM (ANALYZE)",)


class Writer:
    """Runs one task at a time, in order, in a thread with a connection of its own.

    Inside a transaction (`--atomic`, `--dry-run`) that connection would see nothing of it, so there the task runs at once.
    """

    def __init__(self):
        self.is_apart = not connection.in_atomic_block
        self.thread = ThreadPoolExecutor(1, initializer=hasten) if self.is_apart else None
        self.task = None

    def submit(self, task, *arguments):
        self.wait()
        if self.is_apart:
            self.task = self.thread.submit(task, *arguments)
        else:
            task(*arguments)

    def wait(self):
        """Until the task that was submitted last is done; what it raised is raised here."""
        task, self.task = self.task, None
        if task:
            task.result()

    def finish(self):
        self.wait()
        if self.is_apart:
            self.thread.submit(hang_up).result()
            self.thread.shutdown()


def hasten():
    with connection.cursor() as cursor:
        for statement in HASTE:
            cursor.execute(statement)


def hang_up():
    connection.close()


def tidy():
    """After a large import: statistics that the lists' queries rely on."""
    with connection.cursor() as cursor:
        for statement in TIDY:
            cursor.execute(statement)
