"""A picture sent once is not asked for again because something else in the form was wrong."""

import re
from io import BytesIO

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from ossma.core.drafts import find, keep
from ossma.core.uploads import clean_image
from ossma.core.uploads_field import ImageUploadField
from tests.core.pictures import photo

pytestmark = pytest.mark.django_db


class Ticket(forms.Form):
    place = forms.CharField()
    picture = ImageUploadField(required=False)


class Proof(forms.Form):
    picture = ImageUploadField()


@pytest.fixture(autouse=True)
def files_root(settings, tmp_path):
    settings.FILES_ROOT = tmp_path


def sent(form=Ticket, upload=None, prefix=None, **data):
    files = {} if upload is None else {"picture": SimpleUploadedFile("ticket.jpg", upload, "image/jpeg")}
    return form(data, MultiValueDict({name: [file] for name, file in files.items()}), prefix=prefix)


def token_in(form):
    found = re.search(r'name="picture-kept" value="([^"]+)"', str(form["picture"]))
    return found[1] if found else None


def kept():
    return keep(clean_image(BytesIO(photo())), "before.jpg").token


def test_a_new_form_asks_for_a_picture_and_takes_only_what_we_can_read():
    html = str(Ticket()["picture"])
    assert 'type="file"' in html
    assert 'accept="image/jpeg,image/png,image/webp"' in html
    assert "kept" not in html


def test_the_picture_outlives_a_mistake_elsewhere():
    first = sent(upload=photo(), place="")
    assert not first.is_valid()
    token = token_in(first)
    second = sent(place="Paris", **{"picture-kept": token})
    assert second.is_valid()
    picture = second.cleaned_data["picture"]
    assert (picture.name, picture.image.width) == ("ticket.jpg", 400)


def test_the_page_that_asks_for_confirmation_carries_the_picture_on():
    form = sent(upload=photo(), place="Paris")
    assert form.is_valid()
    assert find(token_in(form)) == form.cleaned_data["picture"]


def test_a_bad_picture_gets_its_reason_and_the_good_one_before_stays():
    token = kept()
    form = sent(upload=b"%PDF-1.7", place="Paris", **{"picture-kept": token})
    with translation.override("ja"):
        assert form.errors["picture"] == ["PDFはまだ受け付けていません。そのページのスクリーンショットか写真を送ってください。"]
    assert token_in(form) == token


def test_a_new_picture_wins_over_the_one_before():
    form = sent(upload=photo((100, 50)), place="Paris", **{"picture-kept": kept()})
    assert form.is_valid()
    assert form.cleaned_data["picture"].image.width == 100


def test_a_picture_can_be_taken_out_again():
    form = sent(place="", **{"picture-kept": kept(), "picture-removed": "on"})
    assert form["picture"].errors == []
    assert form.cleaned_data["picture"] is None
    assert token_in(form) is None


def test_a_needed_picture_is_asked_for_and_cannot_be_taken_out():
    with translation.override("ja"):
        assert sent(Proof).errors["picture"] == ["画像を選んでください。"]
    form = sent(Proof, **{"picture-kept": kept(), "picture-removed": "on"})
    assert form.is_valid()
    assert "removed" not in str(form["picture"])


@pytest.mark.parametrize("token", ["nonsense", "", None])
def test_a_forged_token_finds_nothing(token):
    form = sent(place="Paris", **{"picture-kept": token or ""})
    assert form.is_valid() is (not token)


def test_one_changed_letter_in_a_token_is_noticed():
    token = kept()
    forged = token[:-1] + ("A" if token[-1] != "A" else "B")
    with translation.override("ja"):
        assert "保管期間" in sent(place="Paris", **{"picture-kept": forged}).errors["picture"][0]


def test_a_token_whose_picture_was_swept_says_so(tmp_path):
    token = kept()
    for path in tmp_path.glob("drafts/*"):
        path.unlink()
    assert "picture" in sent(place="Paris", **{"picture-kept": token}).errors


def test_a_prefix_keeps_two_forms_apart():
    token = kept()
    form = sent(prefix="second", **{"second-place": "Paris", "second-picture-kept": token})
    assert form.is_valid()
    assert f'name="second-picture-kept" value="{token}"' in str(form["picture"])


def test_a_file_name_cannot_write_html():
    form = Ticket({"place": ""}, {"picture": SimpleUploadedFile("<img src=x onerror=1>.jpg", photo())})
    assert "<img" not in str(form["picture"])
