"""Members and groups in the school portal (`/school/members/`, `/school/groups/`)."""

from django.urls import path

from members.views import groups, kind_requests, school
from members.walls import school_only

SCHOOL = {"desk": "school"}

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
    path(
        "groups/<int:group_id>/supporters/<int:user_id>/remove/",
        groups.group_drop_supporter,
        name="group_drop_supporter",
    ),
]
