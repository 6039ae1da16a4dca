"""The office's health page."""

from django.urls import path

from members.walls import office_with
from ossma.core.duties import Duty
from ossma.portals.views import office

app_name = "portals"
urlpatterns = [path("health/", office_with(Duty.SEE_HEALTH)(office.health), name="health")]
