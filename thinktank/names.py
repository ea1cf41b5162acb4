"""Which person, topic, region, format, tag or page somebody means who writes its name, in whichever script and spelling.

`NameKey` keeps each name as names are compared, without accents, hamza, hyphens, articles and spaces, and its parts.
Whether the thing is public, and has a page in the reader's language, is asked of the thing itself.
"""

from django.db import models

from .languages import codes, read
from .search import fold

MOST_WORDS = 6  # of a name, as far as it is compared
MOST_ASKED = 32  # words of a query
# What stands before a name is no part of it.
HONORIFICS = frozenset(
    fold(
        "Dr Doctor Prof Professor Mr Mrs Ms Miss Sir Dame Sheikh Shaykh Sayyid Sayyed Seyyed Ayatollah Imam Gen General "
        "Col Colonel Amb Ambassador Minister President Senator King Emir Prince Princess Hon "
        "د دكتور الدكتور الدكتورة أ أد الأستاذ الأستاذة السيد السيدة الشيخ الإمام آية الله العميد اللواء الفريق "
        "السفير السفيرة الوزير الوزيرة الرئيس الملك الأمير الأميرة المهندس"
    ).split()
)
AND = ("and", "و")


class NameKey(models.Model):
    """A name, or a part of one, in the form in which names are compared."""

    form = models.CharField(max_length=200, db_collation="C")  # so that the index finds beginnings too
    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    is_whole = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form", "kind", "object_id"], name="name_key_once")]
        indexes = [models.Index(fields=["kind", "object_id"], name="name_keys_of_a_thing")]

    def __str__(self):
        return f"{self.form}: {self.kind} {self.object_id}"


def _words(text):
    """The words of a name or a query as they are compared: “and”, which names write in several ways, is left out."""
    found = (word[3:] if word.startswith("وال") and len(word) > 5 else word for word in fold(text).split())
    return [word for word in found if word not in AND]


def bare(text):
    """The words of a name, without what stands before it as a title."""
    words = _words(text)
    while len(words) > 1 and words[0] in HONORIFICS:
        words = words[1:]
    return words


def typed(text):
    """What is being typed as it is compared; of an unfinished last word the article alone would be a beginning of nothing."""
    found = fold(text)
    start = found.rfind(" ") + 1
    if found[start:].startswith("ال"):
        found = found[:start] + found[start + 2 :]
    return found.strip()


def forms(name):
    """`{form: whether it is the whole name}` of a name: the family name first too, and each run of its words."""
    words = bare(name)
    found = {}
    for start in range(len(words)):
        for end in range(start + 1, min(len(words), start + MOST_WORDS) + 1):
            found["".join(words[start:end])[:200]] = False
    if words:
        found["".join([*words[-1:], *words[:-1]])[:200]] = True
        found["".join(words)[:200]] = True
    return found


def keep(thing, kind, field):
    """Bring the keys of a saved thing into line with its names, in every language. Call it inside a transaction."""
    found = {}
    for code in codes():
        for form, is_whole in forms(read(thing, field, code)).items():
            found[form] = found.get(form) or is_whole
    mine = NameKey.objects.filter(kind=kind, object_id=thing.pk)
    if dict(mine.values_list("form", "is_whole")) == found:
        return
    mine.delete()
    NameKey.objects.bulk_create(
        NameKey(form=form, kind=kind, object_id=thing.pk, is_whole=is_whole) for form, is_whole in found.items()
    )


def asked(text):
    """`{form: how many words}` of each run of words in a query that may be a name; the whole query first."""
    words = _words(text)[:MOST_ASKED]
    found = {"".join(bare(text)): len(words)}
    for length in range(min(len(words), MOST_WORDS), 0, -1):
        for start in range(len(words) - length + 1):
            found.setdefault("".join(words[start : start + length]), length)
    found.pop("", None)
    return found
