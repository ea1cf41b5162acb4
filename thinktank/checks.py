"""What the database must be able to do, checked by `manage.py migrate` and `manage.py check --database default`."""

from django.core.checks import Error, Tags, register
from django.db import connections

OLDEST_POSTGRESQL = 15


@register(Tags.database)
def check_postgresql(app_configs, databases=None, **kwargs):
    errors = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute(r"SELECT current_setting('server_version_num')::int / 10000, 'ب' ~ '\w'")
            version, reads_arabic = cursor.fetchone()
        if version < OLDEST_POSTGRESQL:
            errors.append(
                Error(f"PostgreSQL {version} is too old; {OLDEST_POSTGRESQL} or newer is needed.", id="thinktank.E001")
            )
        if not reads_arabic:
            # Under LC_CTYPE=C, \w and lower() pass over Arabic letters in silence, and search finds nothing.
            errors.append(
                Error(
                    "This database does not take Arabic letters for letters.",
                    hint="Create it with another locale: CREATE DATABASE … TEMPLATE template0 LOCALE 'C.UTF-8'.",
                    id="thinktank.E002",
                )
            )
    return errors
