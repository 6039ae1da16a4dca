"""会員情報 (`/me/`)."""

from django.urls import path

from members.views import member, push

app_name = "members"
urlpatterns = [
    path("", member.index, name="index"),
    path("edit/", member.edit, name="edit"),
    path("edit/check/", member.edit_check, name="edit_check"),
    path("edit/done/", member.edit_done, name="edit_done"),
    path("push/", push.page, name="push"),
    path("push/<int:device_id>/remove/", push.remove, name="push_remove"),
    path("push/<int:device_id>/test/", push.test, name="push_test"),
]
