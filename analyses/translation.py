from modeltranslation.translator import TranslationOptions, register

from .models import Analysis, Authorship


@register(Analysis)
class AnalysisTranslation(TranslationOptions):
    fields = ("title", "slug", "summary", "body")
    empty_values = {"slug": None}


@register(Authorship)
class AuthorshipTranslation(TranslationOptions):
    fields = ("role", "note")
