"""Members, groups and the school's own people in its portal (`/school/members/`, `/school/groups/`, `/school/staff/`)."""

from django.urls import path

from members.states import SchoolAct
from members.views import groups, kind_requests, school, staff
from members.views.staff import of_own_school
from members.walls import school_only

SCHOOL = {"desk": "school"}
MANAGES = school_only(get=SchoolAct.MANAGE, post=SchoolAct.MANAGE)
REVOKES = school_only(get=SchoolAct.REVOKE, post=SchoolAct.REVOKE)

app_name = "members"
urlpatterns = [
    path("members/", school.member_list, name="list"),
    path("members/<int:member_id>/", school.member_file, name="file"),
    path("kinds/", school_only(kind_requests.index), SCHOOL, name="kind_requests"),
    path("kinds/<int:request_id>/", school_only(kind_requests.show), SCHOOL, name="kind_request"),
    path("kinds/<int:request_id>/refuse/", school_only(kind_requests.refuse), SCHOOL, name="kind_request_refuse"),
    path("groups/", groups.group_list, name="groups"),
    path("groups/new/", groups.group_new, name="group_new"),
    path("groups/<int:group_id>/", groups.group, name="group"),
    path("groups/<int:group_id>/members/<int:member_id>/remove/", groups.group_drop_member, name="group_drop_member"),
    path("groups/<int:group_id>/supporters/<int:user_id>/remove/", groups.group_drop_supporter, name="group_drop_supporter"),
    path("staff/", school_only(of_own_school(staff.people)), name="staff"),
    path("staff/invite/", MANAGES(of_own_school(staff.invite)), name="staff_invite"),
    path("staff/invitations/<int:invitation_id>/resend/", MANAGES(of_own_school(staff.resend)), name="staff_resend"),
    path("staff/invitations/<int:invitation_id>/withdraw/", REVOKES(of_own_school(staff.withdraw)), name="staff_withdraw"),
    path("staff/<int:user_id>/remove/", REVOKES(of_own_school(staff.remove)), name="staff_remove"),
]
