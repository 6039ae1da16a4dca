"""Answering by signed link (interface.md, "Addresses")."""

from django.urls import path

from safety.views import public

app_name = "safety"
urlpatterns = [
    path("a/<str:signed>/", public.ask, name="ask"),
    path("a/<str:signed>/here/", public.here, name="here"),
    path("a/<str:signed>/need/", public.need, name="need"),
    path("a/<str:signed>/elsewhere/", public.elsewhere, name="elsewhere"),
    path("a/<str:signed>/thanks/", public.thanks, name="thanks"),
]
