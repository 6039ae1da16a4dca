"""Addresses that the gateway calls."""

from django.urls import path

from payments.views import public

app_name = "payments"
urlpatterns = [
    path("payments/notify/<slug:name>/", public.notify, name="notify"),
    path("payments/return/", public.come_back, name="come_back"),
]
