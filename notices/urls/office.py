"""Safety advisories for the office, the duty desk's part included."""

from django.urls import path

from members.walls import office_with
from notices.views import desk
from ossma.core.duties import Duty

READERS = office_with(Duty.SEND_CHECK, Duty.PUBLISH_NOTICES)

app_name = "notices"
urlpatterns = [
    path("", READERS(desk.advisories), {"desk": desk.OFFICE}, name="advisories"),
    path("<int:n>/", READERS(desk.advisory), {"desk": desk.OFFICE}, name="advisory"),
    path("<int:n>/looked/", office_with(Duty.SEND_CHECK)(desk.looked_at), {"desk": desk.OFFICE}, name="looked"),
]
