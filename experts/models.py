"""The people who write: resident, adjunct, guest or former."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from taxonomy.models import Region, TermQuerySet, Topic
from thinktank.fields import AddressField, BodyField, LineField, NameField, PicturesField
from thinktank.languages import language_name
from thinktank.models import Image
from thinktank.permalinks import Addressed


class Expert(Addressed, models.Model):
    """A person with a profile. The byline of a text keeps what the person was on the day of its publication."""

    namespace = "experts"
    kind = "expert"

    class Status(models.TextChoices):
        RESIDENT = "resident", _("Resident")
        ADJUNCT = "adjunct", _("Adjunct")
        GUEST = "guest", _("Guest author")
        FORMER = "former", _("Former")

    source_id = models.CharField(max_length=200, unique=True, null=True, blank=True, editable=False)
    name = NameField(_("name"), max_length=120, blank=True)
    slug = AddressField(_("address"))
    role = LineField(_("role today"), max_length=200, blank=True)
    affiliation = LineField(_("affiliation"), max_length=200, blank=True, help_text=_("The institution of a guest."))
    short_bio = LineField(
        _("short biography"), max_length=600, blank=True, help_text=_("One or two sentences, shown beside every text.")
    )
    bio = BodyField(_("biography"))
    pictures = PicturesField()
    photo = models.ForeignKey(
        Image, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("photograph")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.RESIDENT)
    sort_key = models.CharField(
        _("sorted as"),
        max_length=120,
        blank=True,
        help_text=_("The family name first, in Latin letters: “Rubaie Yusuf”."),
    )
    topics = models.ManyToManyField(Topic, blank=True, related_name="experts", verbose_name=_("topics"))
    regions = models.ManyToManyField(Region, blank=True, related_name="experts", verbose_name=_("regions"))
    spoken_languages = ArrayField(
        models.CharField(max_length=3), default=list, blank=True, verbose_name=_("languages"),
        help_text=_("ISO codes, separated by commas: en, ar, fr."),
    )  # fmt: skip
    email = models.EmailField(_("e-mail for the public"), blank=True)
    links = ArrayField(
        models.URLField(max_length=400), default=list, blank=True, verbose_name=_("links"),
        help_text=_("Addresses, separated by commas."),
    )  # fmt: skip
    is_featured = models.BooleanField(_("on the home page"), default=False)
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="expert",
        verbose_name=_("account in the newsroom"),
        help_text=_("Whose texts those are that have this person in the byline."),
    )  # fmt: skip

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = _("expert")
        verbose_name_plural = _("experts")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=["resident", "adjunct", "guest", "former"]), name="expert_status_is_known"
            ),
        ]

    def __str__(self):
        return self.name or f"{_('expert')} {self.pk}"

    def save(self, *args, **kwargs):
        if not self.sort_key:
            self.sort_key = self.family_name_first()
        super().save(*args, **kwargs)

    def family_name_first(self):
        name = (getattr(self, "name_en", "") or self.name or "").split()
        return " ".join(name[-1:] + name[:-1]).removeprefix("al-").removeprefix("Al-")

    def get_absolute_url(self):
        return reverse("expert", args=[self.slug])

    @property
    def facet(self):
        return f"{self.kind}:{self.pk}"

    @property
    def is_guest(self):
        return self.status == self.Status.GUEST

    @property
    def is_former(self):
        return self.status == self.Status.FORMER

    def profile(self):
        """What the profile page shows, in the active language."""
        return {
            "name": self.name,
            "role": self.role,
            "affiliation": self.affiliation,
            "bio": self.bio,
            "photo": self.photo,
            "email": self.email,
            "links": self.links,
            "spoken": [language_name(code) for code in self.spoken_languages],
            "status_label": self.get_status_display(),
            "is_former": self.is_former,
            "is_guest": self.is_guest,
        }
