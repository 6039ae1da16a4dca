"""Signed links: answering, the family line, the monthly question, check-ins (interface.md, "Addresses")."""

from django.urls import path

from safety.views import checkin, family, public, tap

app_name = "safety"
urlpatterns = [
    path("a/<slug:signed>/", public.ask, name="ask"),
    path("a/<slug:signed>/here/", public.here, name="here"),
    path("a/<slug:signed>/need/", public.need, name="need"),
    path("a/<slug:signed>/elsewhere/", public.elsewhere, name="elsewhere"),
    path("a/<slug:signed>/thanks/", public.thanks, name="thanks"),
    path("a/<slug:signed>/case/", public.case, name="case"),
    path("f/<slug:signed>/", family.line, name="family"),
    path("reach/<slug:signed>/", tap.reach, name="reach"),
    path("checkin/<slug:signed>/", checkin.check_in_page, name="check_in"),
]
