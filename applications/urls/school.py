"""Addresses below /school/applications/."""

from django.urls import path

from applications.views import school

app_name = "applications"
urlpatterns = [
    path("", school.listed, name="list"),
    path("<int:pk>/", school.detail, name="detail"),
    path("<int:pk>/approve/", school.approve, name="approve"),
    path("<int:pk>/refuse/", school.refuse, name="refuse"),
]
