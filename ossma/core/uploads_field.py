"""A form field for one picture that outlives mistakes in the rest of the form (product.md: "uploaded files too")."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ossma.core import limits
from ossma.core.drafts import KeptPicture, find, keep, require_room
from ossma.core.ratelimit import EVERYBODY, Limit, TooMany, in_words, take_all
from ossma.core.uploads import PictureRefused, clean_image


@dataclass(frozen=True, slots=True)
class Sent:
    """What came with the request: a new file, the token of an earlier one, or the wish to do without."""

    upload: UploadedFile | None = None
    token: str = ""
    removed: bool = False


class KeptPictureInput(forms.FileInput):
    """A file input, and beside it the picture that is already here: its name, its token, a box to take it out."""

    template_name = "components/picture_input.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Sent:
        """A new file wins over a kept one, and both over the box."""
        return Sent(files.get(name), data.get(f"{name}-kept", ""), f"{name}-removed" in data)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Nothing of ours was on the page."""
        return name not in files and f"{name}-kept" not in data

    def use_required_attribute(self, initial: Any) -> bool:
        """Never by the browser: it does not know about the kept picture."""
        return False

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """The kept picture and the words around it, translated in this room's catalogue."""
        context = super().get_context(name, None, {"accept": "image/jpeg,image/png,image/webp", **(attrs or {})})
        context["widget"]["kept"] = value if isinstance(value, KeptPicture) else None
        context["widget"]["kept_label"] = _("Already received:")
        context["widget"]["remove_label"] = _("Remove this picture") if not self.is_required else ""
        return context


class BoundPicture(forms.BoundField):
    """Shows what was taken in, not what was sent."""

    def value(self) -> KeptPicture | None:
        """The picture that is here by now, from this request or an earlier one."""
        if not self.form.is_bound:
            return None
        if self.name not in self.form.errors:
            return self.form.cleaned_data.get(self.name)
        return _found(self.data.token)


class ImageUploadField(forms.Field):
    """One picture. Cleans to a KeptPicture (its `.image` goes to `stored_files.store`) or None.

    A picture that is in order is put aside while the form is checked; the page that is shown again, or the one that asks for confirmation,
    carries its token in a hidden input as soon as the field is rendered. The view whose form is finished discards it (`drafts.discard`).

    `counted`: what a form counts a new picture against, beside what holds for everybody, before a byte of it is decoded.
    """

    counted: tuple[tuple[Limit, object], ...] = ()

    widget = KeptPictureInput
    bound_field_class = BoundPicture
    default_error_messages: ClassVar[dict[str, Any]] = {"required": _("Choose a picture.")}

    def clean(self, value: Sent) -> KeptPicture | None:
        """Take in the new file or find the kept one. Raises ValidationError with the reason at the field."""
        try:
            if value.upload is not None:
                return self._taken_in(value.upload)
            if value.token and (self.required or not value.removed):
                return find(value.token)
        except PictureRefused as refusal:
            raise ValidationError(refusal.message, code=refusal.code) from refusal
        if self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        return None

    def _taken_in(self, upload: UploadedFile) -> KeptPicture:
        require_room()
        try:
            take_all(*self.counted, (limits.PICTURE_ALL, EVERYBODY), at=timezone.now())
        except TooMany as refused:
            words = _("Too many pictures came in a short time. Please wait %(wait)s, or send the form without the picture.")
            raise PictureRefused(words % {"wait": in_words(refused.wait)}, code="too_many") from refused
        return keep(clean_image(upload), upload.name or "")

    def has_changed(self, initial: Any, data: Sent) -> bool:
        """A picture was sent with this form, now or before."""
        return data.upload is not None or bool(data.token)


def _found(token: str) -> KeptPicture | None:
    try:
        return find(token) if token else None
    except PictureRefused:
        return None
