"""Staff of the demo: one account for each role, with a password that is printed. Never for a real site."""

import os
import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse

from thinktank.languages import codes
from thinktank.roles import ADMINISTRATOR, USER_ADMINISTRATOR, in_language


def accounts():
    """`{user name: the role}`."""
    found = {"author": "Author", "editor": "Editor"}
    for role in ("Translator", "Publisher"):
        found |= {f"{role.lower()}-{code}": in_language(role, code) for code in codes()}
    return found | {"user-administrator": USER_ADMINISTRATOR, "administrator": ADMINISTRATOR}


class Command(BaseCommand):
    help = "Create one staff account for each role, and print them. Doing it again changes nothing."

    def handle(self, **options):
        if settings.SECURE:
            raise CommandError("This is a site for the public (THINKTANK_SECURE is on): demo accounts are refused.")
        password = self._password()
        with transaction.atomic():
            names = {name: self._account(name, role) for name, role in accounts().items()}
            self._give_password(list(names), password)
        address = settings.SITE_URL + reverse("admin:index")
        wide = max(map(len, names))
        self.stdout.write(f"Staff accounts of the demo, all with the password {password}\nat {address}\n\n")
        for name, role in names.items():
            self.stdout.write(f"  {name:<{wide}}  {role}\n")

    def _password(self):
        """The same at every start: kept in a file that only the owner reads."""
        path = Path(settings.DATA_DIR) / "demo-password"
        if path.is_file() and len(kept := path.read_text().strip()) >= 15:
            return kept
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        password = secrets.token_urlsafe(15)  # 20 characters
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(password + "\n")
        return password

    def _account(self, name, role):
        user, created = User.objects.get_or_create(username=name, defaults={"is_staff": True})
        if created:
            user.groups.set([Group.objects.get(name=role)])
        return role

    def _give_password(self, names, password):
        # One hash for all: it takes most of a second to make, and they share the password anyway.
        users = User.objects.filter(username__in=names)
        hashes = set(users.values_list("password", flat=True))
        if len(hashes) > 1 or not users[0].check_password(password):
            users.update(password=make_password(password))
