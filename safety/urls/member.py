"""安否報告."""

from django.urls import path

from safety.views import member

app_name = "safety"
urlpatterns = [
    path("", member.report, name="report"),
    path("done/", member.done, name="done"),
]
