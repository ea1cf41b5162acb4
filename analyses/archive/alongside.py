"""The search index of a large import is made by a process of its own, while the texts are still coming in."""

import multiprocessing

from django.db import connection

PATIENCE = 10  # seconds for a process that shall stop without finishing


class Indexing:
    """Follows the texts that are published, until `finish`. It may fail: `indexing.catch_up` finds what it left undone."""

    def __init__(self):
        afresh = multiprocessing.get_context(
            "spawn"
        )  # a fork would share the connection, and locks that a thread holds
        self.ended = afresh.Event()
        self.process = afresh.Process(target=follow, args=(connection.settings_dict["NAME"], self.ended), daemon=True)
        self.process.start()

    def finish(self):
        self.ended.set()
        self.process.join()

    def give_up(self):
        self.process.terminate()
        self.process.join(PATIENCE)


def follow(database, ended):
    import django

    django.setup()
    connection.settings_dict["NAME"] = database
    from analyses import indexing

    indexing.rebuild(ended)
    connection.close()
