"""会員情報 (`/me/`)."""

from django.urls import path

from members.views import kind_requests, member, push, second_address

app_name = "members"
urlpatterns = [
    path("", member.index, name="index"),
    path("edit/", member.edit, name="edit"),
    path("edit/check/", member.edit_check, name="edit_check"),
    path("edit/done/", member.edit_done, name="edit_done"),
    path("kind/<int:request_id>/withdraw/", kind_requests.withdraw, name="kind_withdraw"),
    path("second-address/", second_address.again, name="second_address"),
    path("push/", push.page, name="push"),
    path("push/<int:device_id>/remove/", push.remove, name="push_remove"),
    path("push/<int:device_id>/test/", push.test, name="push_test"),
]
