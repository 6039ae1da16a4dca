"""Pages for times without network; the worker keeps them. Nothing on them is about anybody."""

from django.urls import path

from ossma.portals.views import app

app_name = "portals"
urlpatterns = [
    path("offline/", app.offline_home, name="offline"),
    path("offline/helpline/", app.offline_helpline, name="offline_helpline"),
    path("offline/report/", app.offline_report, name="offline_report"),
]
