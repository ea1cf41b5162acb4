"""Taking in many pictures at once: each is answered by itself; then one form describes them all."""

import errno
import hashlib

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.db import transaction
from django.forms import modelform_factory
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from .. import audit, images
from ..fields import one_line
from ..languages import codes, column, languages
from ..models import Image
from .tiles import tile

MOST = 20  # files in one form
FULL = (errno.ENOSPC, errno.EDQUOT)


class OnDisk(TemporaryFileUploadHandler):
    """Uploads pass through a file, and a full disk is said in words instead of breaking the page."""

    def receive_data_chunk(self, raw_data, start):
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as error:
            self.give_up(error)

    def new_file(self, *args, **kwargs):
        try:
            super().new_file(*args, **kwargs)
        except OSError as error:
            self.give_up(error)

    def give_up(self, error):
        self.request.disk_error = error
        self.__dict__.pop("file", None)  # it may be the one before, which is whole
        raise SkipFile from None


def disk_words(request, error=None):
    """What to say if an upload could not be written, or nothing."""
    error = error or getattr(request, "disk_error", None)
    if error is None:
        return ""
    if error.errno in FULL:
        return _("The server’s disk is full. Nothing was kept, and the site is not affected. Tell whoever runs it.")
    return _("The server could not write the file. Nothing was kept. Tell whoever runs it.")


def upload(library, request):
    """The page with the drop zone. A script sends the files one by one and is answered in JSON; without it, all at once."""
    if not library.has_add_permission(request):
        raise PermissionDenied
    if request.method != "POST":
        return _upload_page(library, request)
    files = request.FILES.getlist("files")
    answers = [_take_in(library, request, file) for file in files[:MOST]]
    if full := disk_words(request):
        answers.append({"name": "", "refused": full})
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"answers": answers})
    if not answers:
        answers.append({"name": "", "refused": _("Choose one picture at least.")})
    taken = [answer["key"] for answer in answers if answer.get("is_new")]
    for answer in answers if taken else []:
        if "refused" in answer:
            messages.error(request, f"“{answer['name']}”: {answer['refused']}")
        elif not answer["is_new"]:
            messages.warning(request, f"“{answer['name']}”: {answer['words']}")
    if taken:
        return HttpResponseRedirect(describe_address(taken))
    return _upload_page(library, request, answers)


def _upload_page(library, request, answers=()):
    context = library.admin_site.each_context(request) | {
        "title": _("Add pictures"),
        "opts": library.opts,
        "answers": answers,
        "most": MOST,
        "most_megabytes": images.MAX_BYTES >> 20,
        "most_bytes": images.MAX_BYTES,
        "describe": reverse("admin:thinktank_image_describe"),
    }
    return render(request, "admin/newsroom/upload.html", context)


def describe_address(keys):
    return f"{reverse('admin:thinktank_image_describe')}?{urlencode({'images': ','.join(map(str, keys))})}"


def _take_in(library, request, file):
    """One file's answer: taken in, there already, or refused and why."""
    name = Truncator(one_line(file.name)).chars(60)
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    known = Image.objects.filter(source_digest=digest.hexdigest()).first()
    if known:
        words = _("It is in the library already.")
        return {"name": name, "is_new": False, "words": words, **_shown(known)}
    image = Image(file=file, uploaded_by=request.user)
    try:
        with transaction.atomic():
            image.save()
            audit.record(request, "upload", image, file=name)
            library.log_addition(request, image, [{"added": {}}])
    except ValidationError as error:
        return {"name": name, "refused": " ".join(error.messages)}
    except OSError as error:
        return {"name": name, "refused": disk_words(request, error)}
    return {"name": name, "is_new": True, "words": _("Taken in."), **_shown(image)}


def _shown(image):
    shown = tile(image)
    return {"key": image.pk, "url": shown["url"], "thumbnail": shown["thumbnail"]["src"]}


def describe(library, request):
    """One form for many pictures; all of it is saved or, if something is missing, nothing."""
    pictures = _chosen(library, request)
    from .admin import ImageForm  # the rule for a description is the same on a picture's own page

    fields = [*(column(name, code) for name in ("alt", "caption") for code in codes()), *library.rights]
    form_class = modelform_factory(
        Image, form=ImageForm, fields=fields,
        formfield_callback=lambda field, **kwargs: library.formfield_for_dbfield(field, request, **kwargs),
    )  # fmt: skip
    for_all = library.rights[1:]
    data = _filled(request.POST, pictures, for_all) if request.method == "POST" else None
    forms = [form_class(data, instance=image, prefix=f"form-{image.pk}") for image in pictures]
    if data is not None and all([form.is_valid() for form in forms]):
        with transaction.atomic():
            for form in forms:
                if form.has_changed():
                    image = form.save()
                    audit.record(request, "save", image, fields=list(form.changed_data))
                    library.log_change(request, image, library.construct_change_message(request, form, []))
        messages.success(request, _("Described. The pictures can be chosen now."))
        return HttpResponseRedirect(reverse("admin:thinktank_image_changelist"))
    once = form_class(request.POST or None, prefix="all")
    context = library.admin_site.each_context(request) | {
        "title": _("Describe the pictures"),
        "opts": library.opts,
        "has_errors": any(form.errors for form in forms),
        "rows": [_row(form, library.rights) for form in forms],
        "once": [once[name] for name in for_all],
    }
    return render(request, "admin/newsroom/describe.html", context)


def _row(form, rights):
    return {
        "form": form,
        "rights": [form[name] for name in rights],
        "tile": tile(form.instance),
        "languages": [
            (language, [form[column(name, code)] for name in ("alt", "caption")])
            for code, language in languages().items()
        ],
    }


def _filled(sent, pictures, names):
    """What was sent, with what was typed once for all pictures where a picture has nothing of its own."""
    data = sent.copy()
    for key in (f"form-{image.pk}-{name}" for image in pictures for name in names):
        if not data.get(key, "").strip():
            data[key] = sent.get(f"all-{key.rpartition('-')[2]}", "")
    return data


def _chosen(library, request):
    """The pictures that the address names, in its order. 404 if there is none, 403 if one is not this person's to describe."""
    keys = [int(key) for key in request.GET.get("images", "").split(",")[:MOST] if key.isdecimal() and len(key) < 19]
    known = Image.objects.in_bulk(keys)
    pictures = [known[key] for key in dict.fromkeys(keys) if key in known]
    if not pictures:
        raise Http404
    if not all(library.has_change_permission(request, image) for image in pictures):
        raise PermissionDenied
    return pictures
