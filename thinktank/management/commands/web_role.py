"""The database role that the web server works as: it reads and writes everything, and only adds to the audit."""

import re

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from psycopg import sql

from thinktank.audit import AuditEntry

NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


class Command(BaseCommand):
    help = "Give a database role what the web server needs: run it as the role that owns the tables, after `migrate`."

    def add_arguments(self, parser):
        parser.add_argument("role", help="the role's name; it must not own the tables nor be a superuser")
        parser.add_argument("--create", action="store_true", help="make the role, with log-in and without a password")

    def handle(self, role, create, **options):
        if not NAME.fullmatch(role):
            raise CommandError("A role has a name of small letters, digits and underscores.")
        with transaction.atomic(), connection.cursor() as cursor:
            if create:
                self._create(cursor, role)
            self._check(cursor, role)
            self._grant(cursor, role)
        self.stdout.write(f"The role {role} reads and writes everything, and only adds to the audit.")

    def _create(self, cursor, role):
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if not cursor.fetchone():
            cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))

    def _check(self, cursor, role):
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = %s", [role])
        row = cursor.fetchone()
        if row is None:
            raise CommandError(f"There is no role {role}; --create makes it.")
        if row[0]:
            raise CommandError(f"{role} is a superuser of the database, from whom nothing can be withheld.")
        owned = "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND pg_has_role(%s, tableowner, 'MEMBER')"
        cursor.execute(owned, [role])
        if cursor.fetchone():
            raise CommandError(f"{role} owns tables, so nothing can be withheld from it. Choose another role.")

    def _grant(self, cursor, role):
        cursor.execute("SELECT current_database(), current_schema()")
        database, schema = map(sql.Identifier, cursor.fetchone())
        names = {
            "role": sql.Identifier(role), "database": database, "schema": schema,
            "audit": sql.Identifier(AuditEntry._meta.db_table),
        }  # fmt: skip
        for statement in (
            "GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {role}",
            "GRANT USAGE ON SCHEMA {schema} TO {role}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
            # What later migrations make.
            "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE, SELECT ON SEQUENCES TO {role}",
            "REVOKE ALL ON {audit} FROM PUBLIC",
            "REVOKE UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON {audit} FROM {role}",
        ):
            cursor.execute(sql.SQL(statement).format(**names))
