"""The school's start page."""

from django.urls import path

from ossma.portals.views import school

app_name = "portals"
urlpatterns = [path("", school.today, name="today")]
