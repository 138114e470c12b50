"""The editor of a template version: source, page, images and the preview."""

import base64
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from certificates.admin.labels import field_name
from certificates.admin.render_checks import render_check_context
from certificates.document_templates import actions, images, render_checks
from certificates.document_templates.actions import LONGEST_SOURCE, DraftContent
from certificates.document_templates.images import UnusableImage
from certificates.document_templates.render_checks import EditorBusy
from certificates.form.samples import Length
from certificates.issuing import designs
from certificates.models import TemplateImage, TemplateVersion
from certificates.permissions import access_template_version_for_update, require_template_editor
from certificates.rendering import Design, SealArea
from core.errors import Conflict, InvalidInput, NotFound
from core.web.http import HttpRequest
from core.web.inputs import LARGE, OF_FILES, takes_body


class DraftForm(forms.Form):
    # Not stripped: leading spaces mean something in Typst, and the digest covers every character.
    source = forms.CharField(
        label=gettext_lazy("Source"), max_length=LONGEST_SOURCE, strip=False, widget=forms.Textarea
    )
    is_landscape = forms.TypedChoiceField(
        label=gettext_lazy("Page"),
        choices=[("yes", gettext_lazy("A4, landscape")), ("no", gettext_lazy("A4, portrait"))],
        coerce=lambda value: value == "yes",
    )
    # Millimetres on A4, whose longer side is 297.
    seal_left = forms.FloatField(label=gettext_lazy("From the left"), min_value=0, max_value=297)
    seal_top = forms.FloatField(label=gettext_lazy("From the top"), min_value=0, max_value=297)
    seal_width = forms.FloatField(label=gettext_lazy("Width"), min_value=30, max_value=200)
    seal_height = forms.FloatField(label=gettext_lazy("Height"), min_value=10, max_value=100)
    digest = forms.CharField(widget=forms.HiddenInput)

    def content(self) -> DraftContent:
        cleaned = self.cleaned_data
        return DraftContent(
            source=cleaned["source"],
            is_landscape=cleaned["is_landscape"],
            seal_left=cleaned["seal_left"],
            seal_top=cleaned["seal_top"],
            seal_width=cleaned["seal_width"],
            seal_height=cleaned["seal_height"],
        )


class PreviewForm(DraftForm):
    length = forms.ChoiceField(choices=[(length.value, length.value) for length in Length])
    language = forms.ChoiceField(
        choices=[(language, language) for language in render_checks.LANGUAGES]
    )


class ImageForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("File"), required=False)
    alt_ru = forms.CharField(label=gettext_lazy("Description in Russian"), max_length=200)
    alt_en = forms.CharField(label=gettext_lazy("Description in English"), max_length=200)


@takes_body(LARGE)
@require_http_methods(["GET", "HEAD", "POST"])
def editor(request: HttpRequest, template_id: int, number: int) -> HttpResponse:
    administrator = require_template_editor(request.user, request.site)
    version = access_template_version_for_update(request.user, request.site, template_id, number)
    form = DraftForm(request.POST or None, initial=_initial(version))
    if form.is_valid():
        try:
            actions.save_draft(
                version=version,
                content=form.content(),
                expected_digest=form.cleaned_data["digest"],
                actor=administrator,
            )
        except InvalidInput as refusal:
            for name, sentences in refusal.fields.items():
                form.add_error(name, sentences)
        except Conflict as refusal:
            form.add_error(None, str(refusal))
            # The other administrator's text is not loaded, so that what was typed here is not lost.
            return _page(request, version, form, status=409)
        else:
            messages.success(request, _("Saved."))
            return redirect("admin:certificates_template_version", template_id, number)
    return _page(request, version, form, status=422 if form.is_bound else 200)


def _initial(version: TemplateVersion) -> dict[str, Any]:
    return {
        "source": version.source,
        "is_landscape": "yes" if version.is_landscape else "no",
        "seal_left": version.seal_left,
        "seal_top": version.seal_top,
        "seal_width": version.seal_width,
        "seal_height": version.seal_height,
        "digest": version.digest,
    }


def _page(
    request: HttpRequest, version: TemplateVersion, form: DraftForm, *, status: int
) -> HttpResponse:
    images = {image.role: image for image in version.images.all()}
    context = {
        **admin.site.each_context(request),
        **render_check_context(version),
        "title": _("%(template)s, version %(number)d")
        % {"template": version.template.name, "number": version.number},
        "version": version,
        "form": form,
        "images": [
            {
                "role": role.value,
                "label": role.label,
                "image": images.get(role),
                "form": ImageForm(
                    initial={"alt_ru": images[role].alt_ru, "alt_en": images[role].alt_en}
                    if role in images
                    else {},
                    prefix=role.value,
                ),
            }
            for role in TemplateImage.Role
        ],
    }
    return render(request, "admin/certificates/templates/editor.html", context, status=status)


@takes_body(LARGE)
@require_POST
def preview(request: HttpRequest, template_id: int, number: int) -> HttpResponse:
    """Draw the document from the text in the editor, saved or not."""
    version = access_template_version_for_update(request.user, request.site, template_id, number)
    form = PreviewForm(request.POST)
    if not form.is_valid():
        return _previewed(request, {"errors": form.errors})
    content = form.content()
    design = Design(
        # HTML forms send CRLF; the draft is stored with LF, and the digest must be the same.
        content.source.replace("\r\n", "\n"),
        content.is_landscape,
        SealArea(content.seal_left, content.seal_top, content.seal_width, content.seal_height),
        # Not cached: the images of a draft change.
        designs.read_design(version).images,
    )
    cleaned = form.cleaned_data
    try:
        result = render_checks.draw_sample(
            version,
            design,
            Length(cleaned["length"]),
            cleaned["language"],
            actor=require_template_editor(request.user, request.site),
        )
    # Few sandboxes run at a time: a draft is untrusted code and may use all of its six seconds.
    except EditorBusy as refusal:
        return _previewed(request, {"busy": refusal})
    context = {
        "fault": result.fault,
        "field": field_name(result.fault.field) if result.fault else "",
        # Inside the fragment, because a second request would have to start the sandbox again.
        "drawn": base64.b64encode(result.png).decode(),
        "shrunk": [
            (field_name(text.field), text.size, text.largest)
            for text in result.sizes
            if text.is_shrunk
        ],
    }
    return _previewed(request, context)


def _previewed(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    return render(request, "admin/certificates/templates/preview.html", context)


@takes_body(OF_FILES)
@require_http_methods(["GET", "HEAD", "POST"])
def image(request: HttpRequest, template_id: int, number: int, role: str) -> HttpResponse:
    version = access_template_version_for_update(request.user, request.site, template_id, number)
    if role not in TemplateImage.Role.values:
        raise NotFound
    if request.method != "POST":
        return _content(version, role)
    try:
        _put(request, version, TemplateImage.Role(role))
    except (UnusableImage, Conflict) as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:certificates_template_version", template_id, number)


def _content(version: TemplateVersion, role: str) -> HttpResponse:
    image = version.images.filter(role=role).first()
    if image is None:
        raise NotFound
    return HttpResponse(
        # Uploads of every format are stored as PNG.
        bytes(image.content),
        content_type="image/png",
        headers={"Cache-Control": "private"},
    )


def _put(request: HttpRequest, version: TemplateVersion, role: TemplateImage.Role) -> None:
    """Raise `UnusableImage` if the image or one of its descriptions is missing."""
    form = ImageForm(request.POST, request.FILES, prefix=role.value)
    if not form.is_valid():
        raise UnusableImage(_("Describe the image in both languages."))
    upload = form.cleaned_data["file"]
    if upload is None and not version.images.filter(role=role).exists():
        raise UnusableImage(_("Choose an image file."))
    # Signatures and stamps are scanned on paper, which becomes transparent; a logo is printed as it
    # is.
    is_ink = role is not TemplateImage.Role.LOGO
    actions.set_image(
        version=version,
        role=role,
        image=images.prepare(upload.file, is_ink=is_ink) if upload else None,
        alts=(form.cleaned_data["alt_ru"], form.cleaned_data["alt_en"]),
        actor=require_template_editor(request.user, request.site),
    )
    messages.success(request, _("Saved."))


@require_POST
def remove_image(request: HttpRequest, template_id: int, number: int, role: str) -> HttpResponse:
    version = access_template_version_for_update(request.user, request.site, template_id, number)
    if role not in TemplateImage.Role.values:
        raise NotFound
    actions.remove_image(
        version=version,
        role=TemplateImage.Role(role),
        actor=require_template_editor(request.user, request.site),
    )
    return redirect("admin:certificates_template_version", template_id, number)


@require_POST
def discard(request: HttpRequest, template_id: int, number: int) -> HttpResponse:
    version = access_template_version_for_update(request.user, request.site, template_id, number)
    actions.discard_draft(
        version=version, actor=require_template_editor(request.user, request.site)
    )
    messages.success(request, _("Draft discarded."))
    return redirect("admin:certificates_template_change", template_id)
