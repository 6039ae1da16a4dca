"""The picture of an answer is seen by those who may see the answer, every look on record, and deleted in time (safety.md S2, S3)."""

from datetime import timedelta
from io import BytesIO, StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from ossma.core import disk, registries, stored_files
from ossma.core.models import AuditEntry, StoredFile
from ossma.core.refusals import NotFound
from ossma.core.uploads import clean_image
from ossma.core.viewer import NOBODY, SYSTEM, by_link
from safety import actions
from safety.actions.pictures import SAME_VIEWING, delete_pictures, open_picture
from safety.models import Answer, PositionLook, SafetyCase
from safety.queries.looks import looks_at
from safety.states import ViewedItem
from tests.core.pictures import photo
from tests.factories.members import UserFactory
from tests.factories.safety import DAY, MINUTE, NOW, recipient, said, sent


@pytest.fixture(autouse=True)
def files_root(settings, tmp_path):
    settings.FILES_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def check(office):
    """A check that asks Aya, Ben and Chika."""
    return sent(office)


def pictured(check, member, *, at=NOW + MINUTE, size=(800, 600), **more) -> Answer:
    """An answer with a picture, by link."""
    words = said(**more)
    image = clean_image(BytesIO(photo(size)))
    asked = recipient(check, member)
    actions.answer_by_link(actor=by_link(member.pk), at=at, recipient_id=asked.pk, said=words, picture=image)
    return Answer.objects.get(key=words.key)


def case_of(member):
    return SafetyCase.objects.get(member=member)


def url(namespace, answer, name="picture"):
    return reverse(f"{namespace}:safety:{name}", args=[answer.pk])


def test_a_look_of_staff_is_on_the_trail_and_in_the_members_view_log(cast, check):
    answer = pictured(check, cast.aya)
    open_picture(actor=cast.viewer(cast.doi), at=NOW + DAY, answer_id=answer.pk)
    noted = PositionLook.objects.get()
    assert (noted.item, noted.by_id, noted.by_name) == (ViewedItem.PICTURE, cast.doi.user_id, "土井 博, 青葉国際大学")
    assert (noted.at, noted.reason) == (NOW + DAY, "")
    entry = AuditEntry.objects.get(action="safety.picture_seen")
    assert (entry.actor_user_id, entry.member_id, entry.subject_id) == (cast.doi.user_id, cast.aya.pk, str(answer.pk))
    assert looks_at(cast.viewer(cast.aya)) == [noted]


def test_a_supporter_is_named_with_the_school_and_the_office_as_the_office(cast, check):
    answer = pictured(check, cast.aya)
    for who in (cast.emi, cast.office):
        open_picture(actor=cast.viewer(who), at=NOW + DAY, answer_id=answer.pk)
    assert list(PositionLook.objects.order_by("pk").values_list("by_name", flat=True)) == ["江見 恵, 青葉国際大学", "事務局 太郎, OSSMA"]


def test_small_and_large_within_ten_minutes_are_one_look_for_the_member_and_each_on_the_trail(cast, check):
    answer = pictured(check, cast.aya)
    for at in (NOW + DAY, NOW + DAY + MINUTE, NOW + DAY + SAME_VIEWING):
        open_picture(actor=cast.viewer(cast.doi), at=at, answer_id=answer.pk)
    assert PositionLook.objects.count() == 2
    assert AuditEntry.objects.filter(action="safety.picture_seen").count() == 3


def test_the_members_own_look_is_nobodys_business(cast, check):
    answer = pictured(check, cast.aya)
    open_picture(actor=cast.viewer(cast.aya), at=NOW + DAY, answer_id=answer.pk)
    assert not PositionLook.objects.exists()
    assert not AuditEntry.objects.filter(action="safety.picture_seen").exists()


def test_strangers_find_no_picture(cast, check):
    of_aya, of_chika = pictured(check, cast.aya), pictured(check, cast.chika)
    strangers = [(cast.viewer(who), of_aya) for who in (cast.ben, cast.chika)]
    strangers += [(cast.viewer(cast.doi), of_chika), (cast.viewer(cast.emi), pictured(check, cast.ben))]
    strangers += [(NOBODY, of_aya), (by_link(cast.aya.pk), of_aya)]
    for viewer, answer in strangers:
        with pytest.raises(NotFound):
            open_picture(actor=viewer, at=NOW, answer_id=answer.pk)
    assert not PositionLook.objects.exists()


@pytest.mark.parametrize(("role", "found"), [("operator", True), ("manager", True), ("clerk", False), ("publisher", False)])
def test_in_the_office_only_who_works_on_cases_sees_it(cast, check, role, found):
    colleague = UserFactory(is_staff=True, totp=True, roles=[role])
    answer = pictured(check, cast.aya)
    for name in ("picture", "picture_small"):
        assert cast.client(colleague).get(url("office", answer, name)).status_code == (200 if found else 404)


def test_an_answer_without_a_picture_has_none(cast, check):
    actions.report_own(actor=cast.viewer(cast.aya), at=NOW, said=said())
    with pytest.raises(NotFound):
        open_picture(actor=cast.viewer(cast.aya), at=NOW, answer_id=Answer.objects.filter(recipient=None).get().pk)


@pytest.mark.parametrize(("namespace", "who"), [("school", "doi"), ("school", "emi"), ("office", "office"), ("member", "aya")])
def test_the_picture_comes_as_an_image_that_nobody_keeps_and_nothing_runs_in(cast, check, namespace, who):
    answer = pictured(check, cast.aya)
    reply = cast.client(getattr(cast, who)).get(url(namespace, answer))
    assert reply.status_code == 200
    assert reply.content == stored_files.read(answer.picture)
    assert reply["Content-Type"] == "image/jpeg"
    assert {"private", "no-store"} <= {part.strip() for part in reply["Cache-Control"].split(",")}
    assert reply["X-Content-Type-Options"] == "nosniff"
    assert reply["Content-Disposition"] == f'inline; filename="answer-{answer.pk}.jpg"'
    assert reply["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_the_small_one_fits_the_page(cast, check):
    answer = pictured(check, cast.aya)
    reply = cast.client(cast.doi).get(url("school", answer, "picture_small"))
    with Image.open(BytesIO(reply.content)) as small:
        assert (small.format, small.size) == ("JPEG", (320, 240))
    assert len(reply.content) < answer.picture.size


def test_other_peoples_and_unknown_pictures_are_not_found_over_http(cast, check):
    answer = pictured(check, cast.chika)
    for namespace, who in (("school", cast.doi), ("school", cast.emi), ("member", cast.aya)):
        for name in ("picture", "picture_small"):
            assert cast.client(who).get(url(namespace, answer, name)).status_code == 404
    assert cast.client(cast.doi).get(reverse("school:safety:picture", args=[10**6])).status_code == 404


def test_a_picture_whose_bytes_are_lost_is_not_found(cast, check):
    answer = pictured(check, cast.aya)
    disk.path_of(answer.picture.uid).unlink()
    assert cast.client(cast.doi).get(url("school", answer)).status_code == 404


def test_nothing_is_changed_by_posting_to_a_picture(cast, check):
    answer = pictured(check, cast.aya)
    assert cast.client(cast.doi).post(url("school", answer)).status_code == 405


def test_the_persons_page_shows_it_with_words_for_who_cannot_see(cast, check):
    answer = pictured(check, cast.aya)
    page = cast.client(cast.doi).get(reverse("school:safety:person", args=[check.pk, recipient(check, cast.aya).pk])).content.decode()
    assert f'<a class="picture" href="{url("school", answer)}"><img src="{url("school", answer, "picture_small")}"' in page
    assert f'alt="{cast.aya.name}さんが2026年11月21日' in page


def test_the_list_and_the_timeline_say_that_there_is_one(cast, check):
    client = cast.client(cast.doi)
    dashboard = reverse("school:safety:show", args=[check.pk])
    assert "has-picture" not in client.get(dashboard).content.decode()
    pictured(check, cast.aya)
    assert "has-picture" in client.get(dashboard).content.decode()
    assert "写真あり" in client.get(reverse("school:safety:person", args=[check.pk, recipient(check, cast.aya).pk])).content.decode()


def test_the_case_shows_the_pictures_since_it_was_opened(cast, office):
    now = timezone.now()
    check = sent(office, at=now - 2 * DAY)
    old = pictured(check, cast.aya, at=now - 2 * DAY + MINUTE)
    actions.report_own(actor=cast.viewer(cast.aya), at=now, said=said("help"))
    answer = pictured(check, cast.aya, at=now)
    case = actions.take_case(actor=office, at=now, case_id=case_of(cast.aya).pk)
    page = cast.client(cast.office).get(reverse("office:safety:case", args=[case.pk])).content.decode()
    assert url("office", answer, "picture_small") in page
    assert url("office", old, "picture_small") not in page


def test_a_drills_picture_is_not_mixed_into_a_real_case(cast, office):
    now = timezone.now()
    drill = sent(office, at=now, kind="drill", typed=3)
    answer = pictured(drill, cast.aya, at=now)
    actions.report_own(actor=cast.viewer(cast.aya), at=now, said=said("help"))
    page = cast.client(cast.office).get(reverse("office:safety:case", args=[case_of(cast.aya).pk])).content.decode()
    assert url("office", answer, "picture_small") not in page


def test_the_member_sees_their_own_pictures_and_who_has_seen_them(cast, check):
    answer = pictured(check, cast.aya)
    client = cast.client(cast.aya)
    assert url("member", answer, "picture_small") in client.get(reverse("member:safety:report")).content.decode()
    cast.client(cast.doi).get(url("school", answer))
    page = client.get(reverse("member:safety:settings")).content.decode()
    assert "土井 博, 青葉国際大学" in page
    assert "回答の写真" in page


def test_the_exported_list_says_who_sent_a_picture(cast, check):
    pictured(check, cast.aya)
    reply = cast.client(cast.office).get(f"/admin/desk/safety/{check.pk}/export.csv")
    heading, *rows = [line.split(",") for line in b"".join(reply.streaming_content).decode("utf-8-sig").splitlines()]
    column = heading.index("写真")
    assert {row[0]: row[column] for row in rows} == {cast.aya.number: "写真あり", cast.ben.number: "", cast.chika.number: ""}


def test_ninety_days_after_the_check_closed_the_picture_is_gone_row_and_bytes(cast, check, office, django_capture_on_commit_callbacks):
    answer = pictured(check, cast.aya)
    path = disk.path_of(answer.picture.uid)
    assert delete_pictures(actor=SYSTEM, at=NOW + timedelta(days=400)) == 0
    actions.close_check(actor=office, at=NOW + DAY, check_id=check.pk)
    late = NOW + timedelta(days=91)
    assert delete_pictures(actor=SYSTEM, at=late - MINUTE) == 0
    assert delete_pictures(actor=SYSTEM, at=late, dry_run=True) == 1
    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert delete_pictures(actor=SYSTEM, at=late) == 1
    assert not path.exists()
    assert not StoredFile.objects.exists()
    answer.refresh_from_db()
    assert (answer.picture, answer.kind) == (None, "ok")
    assert AuditEntry.objects.get(action="safety.pictures_deleted").subject_id == "1"
    assert delete_pictures(actor=SYSTEM, at=late) == 0


def test_a_picture_that_no_answer_holds_goes_too_and_others_pictures_stay(cast, db):
    image = clean_image(BytesIO(photo()))
    stored_files.store(image=image, owner_kind="safety.answer", owner_id=uuid4(), at=NOW)
    stored_files.store(image=image, owner_kind="payments.other", owner_id=1, at=NOW)
    assert delete_pictures(actor=SYSTEM, at=NOW + timedelta(days=90)) == 1
    assert StoredFile.objects.get().owner_kind == "payments.other"


def test_the_purge_command_knows_pictures(cast, check):
    pictured(check, cast.aya)
    out = StringIO()
    call_command("purge_personal_data", "--dry-run", stdout=out)
    assert "safety.pictures: 0 to forget" in out.getvalue()


def test_the_data_export_lists_a_members_pictures(cast, check):
    answer = pictured(check, cast.aya)
    (facts,) = registries.data_export.get("safety.pictures")(cast.aya.pk)
    assert (facts["answer"], facts["mime"], facts["width"], facts["height"]) == (answer.pk, "image/jpeg", 800, 600)
    assert registries.data_export.get("safety.pictures")(cast.ben.pk) == []
