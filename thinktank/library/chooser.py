"""Choosing a picture: the window that the text editor and the forms open, and the field that a form has for one."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponseNotAllowed
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from js_asset import Script

from ..models import Image
from ..strict import MAX_SEARCH
from .tiles import tile

A_PAGE = 24


def picker(library, request):
    """The library in a window of its own. It tells the window that opened it what was chosen.

    What readers may not be shown cannot be chosen.
    """
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    if not library.has_view_permission(request):
        raise PermissionDenied
    images = Image.objects.showable()
    query = request.GET.get("q", "").strip()[:MAX_SEARCH]
    if query:
        images, _many = library.get_search_results(request, images, query)
    page = Paginator(images, A_PAGE).get_page(request.GET.get("p"))
    context = library.admin_site.each_context(request) | {
        "title": _("Choose a picture"),
        "is_popup": True,
        "page": page,
        "tiles": [tile(image) for image in page],
        "query": query,
        "may_add": library.has_add_permission(request),
        "opts": library.opts,
    }
    return render(request, "admin/newsroom/picker.html", context)


class PictureWidget(forms.TextInput):
    """The chosen picture, with “Choose…” and “Remove”. Without a script: its number in the library."""

    class Media:
        css = {"all": ["newsroom/library.css"]}
        js = [Script("newsroom/choose.js", type="module")]

    def render(self, name, value, attrs=None, renderer=None):
        image = Image.objects.filter(pk=value).first() if str(value or "").isdecimal() else None
        attributes = {"inputmode": "numeric", "class": "picture-key"} | self.build_attrs(self.attrs, attrs)
        return render_to_string(
            "admin/newsroom/picture_widget.html",
            {
                "input": super().render(name, value, attributes, renderer),
                "id": attributes.get("id", name),
                "tile": image and tile(image),
            },
        )
