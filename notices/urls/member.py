"""The member's notices."""

from django.urls import path

from notices.views import member

app_name = "notices"
urlpatterns = [path("", member.notices, name="list")]
