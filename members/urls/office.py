"""The office's accounts, the table of duties, members' requests, and the people of the schools (below `/admin/desk/`)."""

from django.urls import path

from members.views import kind_requests, office, returned, staff
from members.walls import office_with
from ossma.core.duties import Duty

READERS = office_with(Duty.FIND_MEMBER)
MANAGERS = office_with(Duty.MANAGE_ACCOUNTS)
CORRECTORS = office_with(Duty.HANDLE_APPLICATIONS)
OFFICE = {"desk": "office"}
CONTRACTS = office_with(Duty.MANAGE_CONTRACTS)

app_name = "members"
urlpatterns = [
    path("roles/", office_with(*Duty)(office.roles), name="roles"),
    path("kinds/", CORRECTORS(kind_requests.index), OFFICE, name="kind_requests"),
    path("kinds/<int:request_id>/", CORRECTORS(kind_requests.show), OFFICE, name="kind_request"),
    path("kinds/<int:request_id>/refuse/", CORRECTORS(kind_requests.refuse), OFFICE, name="kind_request_refuse"),
    path("returned/", READERS(returned.index), name="returned"),
    path("returned/<int:mail_id>/", READERS(returned.show), name="returned_mail"),
    path("accounts/", MANAGERS(office.index), name="accounts"),
    path("accounts/new/", MANAGERS(office.new), name="account_new"),
    path("accounts/<int:user_id>/", MANAGERS(office.account), name="account"),
    path("accounts/<int:user_id>/roles/", MANAGERS(office.set_roles), name="account_roles"),
    path("accounts/<int:user_id>/secure/", MANAGERS(office.secure), name="account_secure"),
    path("accounts/<int:user_id>/reopen/", MANAGERS(office.reopen), name="account_reopen"),
    path("staff/", CONTRACTS(staff.schools), name="staff_schools"),
    path("staff/delegates/<int:invitation_id>/", CONTRACTS(staff.delegate), name="staff_delegate"),
    path("staff/<int:school_id>/", CONTRACTS(staff.people), name="staff"),
    path("staff/<int:school_id>/invite/", CONTRACTS(staff.invite), name="staff_invite"),
    path("staff/<int:school_id>/invitations/<int:invitation_id>/resend/", CONTRACTS(staff.resend), name="staff_resend"),
    path("staff/<int:school_id>/invitations/<int:invitation_id>/withdraw/", CONTRACTS(staff.withdraw), name="staff_withdraw"),
    path("staff/<int:school_id>/<int:user_id>/remove/", CONTRACTS(staff.remove), name="staff_remove"),
]
