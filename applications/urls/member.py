"""Addresses below /applications/ (interface.md)."""

from django.urls import path

from applications.views.member import applying, cancelling, changing, detail, itinerary

app_name = "applications"
urlpatterns = [
    path("", detail.listed, name="list"),
    path("new/", applying.new, name="new"),
    path("new/fee/", applying.fee, name="fee"),
    path("new/cities/", applying.cities, name="cities"),
    path("new/confirm/", applying.confirm, name="confirm"),
    path("place/<int:report_pk>/", itinerary.reported_place, name="reported_place"),
    path("<int:pk>/", detail.detail, name="detail"),
    path("<int:pk>/done/", applying.done, name="done"),
    path("<int:pk>/details/", detail.details, name="details"),
    path("<int:pk>/edit/", changing.edit, name="edit"),
    path("<int:pk>/change/withdraw/", changing.withdraw, name="withdraw"),
    path("<int:pk>/cancel/", cancelling.cancel, name="cancel"),
    path("<int:pk>/itinerary/", itinerary.itinerary, name="itinerary"),
    path("<int:pk>/itinerary/new/", itinerary.stay_new, name="stay_new"),
    path("<int:pk>/itinerary/<int:stay_pk>/", itinerary.stay_edit, name="stay_edit"),
    path("<int:pk>/itinerary/<int:stay_pk>/delete/", itinerary.stay_delete, name="stay_delete"),
]
