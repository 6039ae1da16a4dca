"""The office's accounts and the table of duties (`/admin/desk/accounts/`, `/admin/desk/roles/`)."""

from django.urls import path

from members.views import office
from members.walls import office_with
from ossma.core.duties import Duty

MANAGERS = office_with(Duty.MANAGE_ACCOUNTS)

app_name = "members"
urlpatterns = [
    path("roles/", office_with(*Duty)(office.roles), name="roles"),
    path("accounts/", MANAGERS(office.index), name="accounts"),
    path("accounts/new/", MANAGERS(office.new), name="account_new"),
    path("accounts/<int:user_id>/", MANAGERS(office.account), name="account"),
    path("accounts/<int:user_id>/roles/", MANAGERS(office.set_roles), name="account_roles"),
    path("accounts/<int:user_id>/secure/", MANAGERS(office.secure), name="account_secure"),
    path("accounts/<int:user_id>/reopen/", MANAGERS(office.reopen), name="account_reopen"),
]
