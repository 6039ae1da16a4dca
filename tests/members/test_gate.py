"""Who gets past the gate before school and office, and through the walls of the views."""

import time

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from members import walls
from members.middleware import LAST_SEEN, ViewerMiddleware
from ossma.core.duties import Duty
from ossma.core.refusals import NotFound
from ossma.core.viewer import Face, Viewer
from tests.cast import signed_in
from tests.factories.members import RoleFactory, UserFactory

pytestmark = pytest.mark.django_db
SCHOOL_PAGE = "/school/members/"


def age_session(client, seconds, key=LAST_SEEN):
    session = client.session
    session[key] = int(time.time()) - seconds
    session.save()


def test_strangers_are_led_to_the_login_and_back_again():
    for path in (SCHOOL_PAGE, "/admin/", "/me/"):
        response = Client().get(path)
        assert response.headers["Location"].startswith("/login/?next=")
        assert path.strip("/").split("/")[0] in response.headers["Location"]


def test_members_and_chance_visitors_find_nothing_under_school_and_admin(cast):
    for path in (SCHOOL_PAGE, "/admin/"):
        assert cast.client(cast.aya).get(path).status_code == 404
    assert cast.client(cast.doi).get("/admin/").status_code == 404
    assert cast.client(cast.office).get(SCHOOL_PAGE).status_code == 404


def test_administrators_find_nothing_on_member_pages(cast):
    assert cast.client(cast.doi).get("/me/").status_code == 404


def test_a_school_account_without_a_second_factor_is_led_to_set_one_up(cast):
    role = RoleFactory(school=cast.aoba, user=UserFactory())
    response = signed_in(role.user, second_factor=False).get(SCHOOL_PAGE)
    assert response.headers["Location"].startswith("/account/security/?next=")


def test_a_session_that_never_showed_the_second_factor_has_to_log_in_again(cast):
    client = signed_in(cast.doi.user, second_factor=False)
    assert client.get(SCHOOL_PAGE).headers["Location"].startswith("/login/?next=")
    assert "_auth_user_id" not in client.session


def test_the_office_needs_the_second_factor_too(cast):
    assert signed_in(cast.office, second_factor=False).get("/admin/").headers["Location"].startswith("/login/")
    assert cast.client(cast.office).get("/admin/").status_code == 200


def test_school_sessions_end_after_half_an_hour_of_nothing(cast):
    client = cast.client(cast.doi)
    assert client.get(SCHOOL_PAGE).status_code == 200
    age_session(client, settings.SCHOOL_IDLE_SECONDS + 1)
    assert "ended=idle" in client.get(SCHOOL_PAGE).headers["Location"]
    assert "_auth_user_id" not in client.session


def test_work_keeps_a_school_session_alive(cast):
    client = cast.client(cast.doi)
    age_session(client, settings.SCHOOL_IDLE_SECONDS - 60)
    client.get(SCHOOL_PAGE)
    assert time.time() - client.session[LAST_SEEN] < 60


def test_a_session_of_last_week_is_idle_at_its_first_school_page(cast):
    client = cast.client(cast.doi)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 7 * 24 * 3600
    session.save()
    assert "ended=idle" in client.get(SCHOOL_PAGE).headers["Location"]


def test_the_safety_dashboard_never_goes_idle(cast, rf):
    request = prepared(rf.get("/school/safety/7/"), cast.doi.user)
    request.session[LAST_SEEN] = int(time.time()) - 5 * 3600
    assert ViewerMiddleware(lambda _: HttpResponse()).process_view(request, None, (), {}) is None


def prepared(request, user):
    client = signed_in(user)
    request.user, request.session = user, client.session
    ViewerMiddleware(lambda _: HttpResponse())(request)
    return request


def test_a_fragment_asked_for_by_script_moves_the_whole_page_to_the_login(cast):
    response = Client().get(SCHOOL_PAGE, headers={"HX-Request": "true"})
    assert response.headers["HX-Redirect"].startswith("/login/")


def test_the_viewer_knows_what_each_face_may_see(cast):
    aya, doi, emi, office = (cast.viewer(who) for who in (cast.aya, cast.doi, cast.emi, cast.office))
    assert (aya.face, aya.member_id, aya.school_id) == (Face.MEMBER, cast.aya.pk, cast.aoba.pk)
    assert (doi.face, doi.school_id, doi.name) == (Face.SCHOOL, cast.aoba.pk, "土井 博")
    assert (emi.face, len(emi.group_ids)) == (Face.SUPPORTER, 1)
    assert office.face is Face.OFFICE


def test_a_withdrawn_member_has_no_face(cast):
    cast.aya.withdrawn_at = cast.aya.registered_at
    cast.aya.save()
    assert cast.viewer(cast.aya).face is Face.NOBODY
    assert cast.client(cast.aya).get("/me/").status_code == 404


@pytest.mark.parametrize(
    ("wall", "welcome"),
    [
        (walls.member_only, {Face.MEMBER}),
        (walls.school_only, {Face.SCHOOL}),
        (walls.school_or_supporter, {Face.SCHOOL, Face.SUPPORTER}),
        (walls.office_with(Duty.FIND_MEMBER), {Face.OFFICE}),
    ],
)
def test_a_wall_opens_for_its_own_faces_only(cast, rf, wall, welcome):
    view = wall(lambda request: HttpResponse("in"))
    for face in (Face.MEMBER, Face.SCHOOL, Face.SUPPORTER, Face.OFFICE):
        request = prepared(rf.get("/"), cast.aya.user)
        request.viewer = Viewer(face=face, user_id=cast.aya.user.pk, roles=frozenset({"clerk"}))
        if face in welcome:
            assert view(request).content == b"in"
        else:
            with pytest.raises(NotFound):
                view(request)


def test_a_closed_account_is_out_at_its_next_click(cast):
    client = cast.client(cast.doi)
    assert client.get("/school/members/").status_code == 200
    cast.doi.user.is_active = False
    cast.doi.user.save(update_fields=["is_active"])
    assert client.get("/school/members/").headers["Location"].startswith("/login/")
