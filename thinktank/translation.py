from modeltranslation.translator import TranslationOptions, register

from .models import Image, Page


@register(Image)
class ImageTranslation(TranslationOptions):
    fields = ("alt", "caption")


@register(Page)
class PageTranslation(TranslationOptions):
    fields = ("title", "slug", "body")
    empty_values = {"slug": None}
