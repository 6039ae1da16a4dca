"""Addresses below /school/applications/."""

from django.urls import path

from applications.views import school, school_changes

app_name = "applications"
urlpatterns = [
    path("", school.listed, name="list"),
    path("<int:pk>/", school.detail, name="detail"),
    path("<int:pk>/approve/", school.approve, name="approve"),
    path("<int:pk>/refuse/", school.refuse, name="refuse"),
    path("<int:pk>/changes/<int:change_pk>/approve/", school_changes.approve, name="approve_change"),
    path("<int:pk>/changes/<int:change_pk>/refuse/", school_changes.refuse, name="refuse_change"),
]
