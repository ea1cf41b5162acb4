from modeltranslation.translator import TranslationOptions, register

from .models import Format, Region, Tag, Topic


@register([Format, Topic, Region])
class TermTranslation(TranslationOptions):
    fields = ("name", "slug", "summary")
    empty_values = {"slug": None}


@register(Tag)
class TagTranslation(TranslationOptions):
    fields = ("label",)
