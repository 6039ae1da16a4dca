"""Safety advisories for the office, the duty desk's part included."""

from django.urls import path

from members.walls import office_only
from notices.views import desk

app_name = "notices"
urlpatterns = [
    path("", office_only(desk.advisories), {"desk": desk.OFFICE}, name="advisories"),
    path("<int:n>/", office_only(desk.advisory), {"desk": desk.OFFICE}, name="advisory"),
    path("<int:n>/looked/", office_only(desk.looked_at), {"desk": desk.OFFICE}, name="looked"),
]
