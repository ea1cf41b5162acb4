"""The roles of the newsroom: groups, with the permissions that each gives. The one declaration of them.

`make_groups` brings the database up to it after every migration; docs/permissions.md says in words what it comes to.
"""

from django.apps import apps as installed
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.translation import gettext, gettext_noop

READ = ("view",)
WRITE = ("view", "add", "change")
ALL = ("view", "add", "change", "delete")

TEXTS = ("analyses.analysis", "analyses.authorship", "analyses.recommendation")
TERMS = ("taxonomy.format", "taxonomy.topic", "taxonomy.region", "taxonomy.tag", "experts.expert")
REFERENCE = (*TERMS, "thinktank.page", "thinktank.image")

WITHDRAW_IMAGE = "thinktank.withdraw_image"  # and replace it

USER_ADMINISTRATOR = "User administrator"
ADMINISTRATOR = "Administrator"


def every(verbs, models):
    """Codenames like `analyses.change_analysis`."""
    return [f"{model.split('.')[0]}.{verb}_{model.split('.')[1]}" for model in models for verb in verbs]


def in_language(role, code):
    """The name of a role that is held for one language: `Translator (Arabic)`."""
    return f"{role} ({LANG_INFO[code]['name']})"


def roles():
    """`{name of the group: its permissions, or None for every one that there is}`."""
    everything = every(READ, (*TEXTS, *REFERENCE, "analyses.pick"))
    codes = [code for code, _name in settings.LANGUAGES]
    return {
        # Django's "change" means every text; an author has a permission for their own instead.
        "Author": ["analyses.write_own_analysis", *every(READ, REFERENCE), "thinktank.add_image"],
        "Editor": [*every(ALL, (*TEXTS, *REFERENCE, "analyses.pick")), WITHDRAW_IMAGE],
        **{in_language("Translator", code): [*everything, f"analyses.translate_{code}"] for code in codes},
        **{in_language("Publisher", code): [*everything, f"analyses.publish_{code}", WITHDRAW_IMAGE] for code in codes},
        USER_ADMINISTRATOR: [*every(WRITE, ["auth.user"]), *every(READ, ["auth.group"])],
        ADMINISTRATOR: None,
    }


def label(name):
    """The name of a role in the language of the newsroom; of another group, as it is."""
    if name not in roles():
        return name
    role, _bracket, language = name.removesuffix(")").partition(" (")
    return f"{gettext(role)} ({gettext(language)})" if language else gettext(role)


ROLES = (
    gettext_noop("Author"), gettext_noop("Editor"), gettext_noop("Translator"), gettext_noop("Publisher"),
    gettext_noop("User administrator"), gettext_noop("Administrator"),
)  # fmt: skip


def make_groups(using="default", apps=installed, **kwargs):
    """Give each role exactly the permissions declared above. Groups of other names are left as they are."""
    from django.contrib.auth.management import create_permissions
    from django.contrib.auth.models import Group, Permission

    for app in installed.get_app_configs():  # Django makes them app by app, and this one's turn comes early
        create_permissions(app, verbosity=0, using=using, apps=apps)
    known = {
        f"{row.content_type.app_label}.{row.codename}": row
        for row in Permission.objects.using(using).select_related("content_type")
    }
    for name, permissions in roles().items():
        group, _created = Group.objects.using(using).get_or_create(name=name)
        wanted = known if permissions is None else [one for one in permissions if one in known]
        group.permissions.set([known[one] for one in wanted])


def rank(user):
    """How far a person's power over accounts goes: 0 none, 1 a user administrator, 2 an administrator, 3 a superuser.

    Nobody changes an account of their own rank or above it. Rights that were given one by one, or by a group that is
    not declared here, count as a user administrator's: only those above may touch what they do not know.
    """
    if user.is_superuser:
        return 3
    names = set(user.groups.values_list("name", flat=True))
    if ADMINISTRATOR in names:
        return 2
    if USER_ADMINISTRATOR in names or names - roles().keys() or user.user_permissions.exists():
        return 1
    return 0


def may_give(user):
    """The names of the roles that this person may give to others: those below their own."""
    above = {0: [], 1: [USER_ADMINISTRATOR, ADMINISTRATOR], 2: [ADMINISTRATOR], 3: []}[rank(user)]
    return [name for name in roles() if name not in above] if rank(user) else []
