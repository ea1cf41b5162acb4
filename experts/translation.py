from modeltranslation.translator import TranslationOptions, register

from .models import Expert


@register(Expert)
class ExpertTranslation(TranslationOptions):
    fields = ("name", "slug", "role", "affiliation", "short_bio", "bio")
    empty_values = {"slug": None}
