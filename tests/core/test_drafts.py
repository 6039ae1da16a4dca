"""What strangers can put on the disk has an end, for one link, for one source and in all (A full disk stops the database)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from ossma.core import disk, drafts, limits, registries, uploads_field
from ossma.core.models import StoredFile
from ossma.core.uploads import PictureRefused, clean_image
from ossma.core.viewer import SYSTEM, Face, Viewer
from safety.addresses import answer_path
from safety.models import Answer
from tests.cast import make_cast
from tests.core.pictures import photo
from tests.factories.safety import abroad, recipient, sent
from tests.limits import lower


@pytest.fixture(autouse=True)
def files_root(settings, tmp_path):
    settings.FILES_ROOT = tmp_path
    settings.FILES_LEAST_FREE_BYTES = 0
    return tmp_path


@pytest.fixture
def image():
    return clean_image(BytesIO(photo()))


def lying(files_root):
    return list(disk.drafts_folder().glob("*")) if disk.drafts_folder().exists() else []


def asked(cast, at):
    """Links of Aya and Ben to a check that was sent just now."""
    abroad(cast.aya, cast.ben, last_day=(at + timedelta(days=300)).date())
    check = sent(cast.viewer(cast.office), at=at)
    return [answer_path(recipient(check, member).pk, "email") for member in (cast.aya, cast.ben)]


def send(path, source="192.0.2.1", key=None, **more):
    picture = SimpleUploadedFile("ticket.jpg", photo(), "image/jpeg")
    return Client(REMOTE_ADDR=source).post(f"{path}here/", {"key": key or uuid4(), "picture": picture, **more})


@pytest.mark.django_db
class TestRoom:
    def test_a_draft_beyond_the_quota_is_refused_and_leaves_nothing(self, image, settings, files_root):
        settings.DRAFTS_MAX_BYTES = 2 * image.size
        for _ in range(2):
            drafts.keep(image, "a.jpg")
        with pytest.raises(PictureRefused, match="画像") as refused:
            drafts.keep(image, "a.jpg")
        assert refused.value.code == "no_room"
        assert len(lying(files_root)) == 2

    def test_part_of_the_disk_stays_free_whatever_comes(self, image, settings):
        settings.FILES_LEAST_FREE_BYTES = 2**60
        with pytest.raises(PictureRefused):
            drafts.keep(image, "a.jpg")

    def test_what_is_finished_goes_at_once_and_twice_is_no_fault(self, image, files_root):
        kept = drafts.keep(image, "a.jpg")
        drafts.discard(kept)
        drafts.discard(kept)
        assert lying(files_root) == []

    def test_the_office_and_the_health_page_are_told_when_the_room_is_nearly_used_up(self, image, settings):
        office, at = Viewer(face=Face.OFFICE), timezone.now()
        settings.DRAFTS_MAX_BYTES = 10 * image.size
        assert registries.health.get("files")().ok
        assert registries.work_list.get("core.files")(office, at) == []
        for _ in range(8):
            drafts.keep(image, "a.jpg")
        assert not registries.health.get("files")().ok
        (item,) = registries.work_list.get("core.files")(office, at)
        assert item.urgent
        assert "80%" in item.title
        assert registries.work_list.get("core.files")(SYSTEM, at) == []

    def test_a_disk_that_fills_up_is_told_too(self, settings):
        settings.FILES_LEAST_FREE_BYTES = drafts.room().free
        assert not drafts.health().ok


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_do_not_pass_the_quota(image, settings, files_root):
    settings.DRAFTS_MAX_BYTES = 3 * image.size

    def keep(_n):
        try:
            drafts.keep(image, "a.jpg")
        except PictureRefused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(keep, range(8))) == 3
    assert len(lying(files_root)) == 3


@pytest.mark.django_db
class TestByLink:
    @pytest.fixture
    def cast(self):
        return make_cast()

    @pytest.fixture
    def decoded(self, monkeypatch):
        """How many pictures were decoded."""
        seen = []
        monkeypatch.setattr(uploads_field, "clean_image", lambda file: seen.append(file) or clean_image(file))
        return seen

    def test_a_picture_is_stored_once_and_its_draft_goes(self, cast, still, files_root):
        path, _ben = asked(cast, still)
        assert send(path).status_code == 303
        assert lying(files_root) == []
        assert StoredFile.objects.count() == 1

    def test_a_mistake_elsewhere_keeps_the_draft_until_the_form_is_finished(self, cast, still, files_root):
        path, _ben = asked(cast, still)
        page = send(path, country="nowhere")
        assert page.status_code == 400
        assert len(lying(files_root)) == 1
        token, key = page.context["form"]["picture"].value().token, uuid4()
        again = {"key": key, "picture-kept": token}
        assert Client().post(f"{path}here/", again).status_code == 303
        assert lying(files_root) == []
        # A second press of the same button comes to the same end.
        assert Client().post(f"{path}here/", again).status_code == 303
        assert Answer.objects.get().picture_id == StoredFile.objects.get().pk
        assert Client().post(f"{path}here/", again | {"key": uuid4()}).status_code == 400

    def test_a_link_takes_ten_an_hour_and_none_of_the_others_is_decoded(self, cast, still, decoded, files_root):
        path, bens = asked(cast, still)
        told = [send(path, source=f"192.0.2.{n}", country="nowhere").status_code for n in range(15)]
        assert set(told) == {400}
        assert len(decoded) == len(lying(files_root)) == limits.PICTURE_LINK.most == 10
        assert send(bens).status_code == 303

    def test_the_page_says_how_long_keeps_the_words_and_takes_the_answer_without_the_picture(self, cast, still, monkeypatch):
        lower(monkeypatch, "PICTURE_LINK", 1)
        path, _ben = asked(cast, still)
        send(path)
        page = send(path, comment="駅にいます")
        assert page.status_code == 400
        assert "ほど待つか、画像を外して" in page.content.decode()
        assert "駅にいます" in page.content.decode()
        assert Client().post(f"{path}here/", {"key": uuid4(), "comment": "駅にいます"}).status_code == 303

    def test_a_source_and_all_together_have_their_limits(self, cast, still, monkeypatch, decoded):
        path, bens = asked(cast, still)
        lower(monkeypatch, "PICTURE_SOURCE", 1)
        assert [send(path).status_code, send(bens).status_code, send(bens, source="192.0.2.2").status_code] == [303, 400, 303]
        lower(monkeypatch, "PICTURE_ALL", 2)
        assert send(bens, source="192.0.2.3").status_code == 400
        assert len(decoded) == 2

    def test_where_there_is_no_room_nothing_is_decoded(self, cast, still, settings, decoded):
        path, _ben = asked(cast, still)
        settings.DRAFTS_MAX_BYTES = 1
        drafts_full = send(path)
        assert drafts_full.status_code == 400
        assert len(decoded) == 1
        settings.FILES_LEAST_FREE_BYTES = 2**60
        assert send(path).status_code == 400
        assert len(decoded) == 1


@pytest.mark.django_db(transaction=True)
def test_eight_uploads_at_once_by_one_link_do_not_pass_its_quota(still, monkeypatch):
    lower(monkeypatch, "PICTURE_LINK", 3)
    path, _ben = asked(make_cast(), still)

    def once(n):
        try:
            return send(path, source=f"192.0.2.{n}").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(once, range(8)))
    assert sorted(told) == [303] * 3 + [400] * 5
    assert StoredFile.objects.count() == 3
