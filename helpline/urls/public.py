"""Helpline pages; open to everybody, signed in or not."""

from django.urls import path

from helpline.views import public

app_name = "helpline"
urlpatterns = [
    path("", public.index, name="index"),
    path("call/", public.note_call, name="call"),
    path("<slug:iso2>/", public.country, name="country"),
]
