"""Safety advisories for a school."""

from django.urls import path

from members.walls import school_only
from notices.views import desk

app_name = "notices"
urlpatterns = [
    path("", school_only(desk.advisories), {"desk": desk.SCHOOL}, name="advisories"),
    path("<int:n>/", school_only(desk.advisory), {"desk": desk.SCHOOL}, name="advisory"),
]
