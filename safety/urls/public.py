"""Signed links: answering, the family line, the monthly question, check-ins (interface.md, "Addresses")."""

from django.urls import path

from safety.views import checkin, family, public, tap

app_name = "safety"
urlpatterns = [
    path("a/<str:signed>/", public.ask, name="ask"),
    path("a/<str:signed>/here/", public.here, name="here"),
    path("a/<str:signed>/need/", public.need, name="need"),
    path("a/<str:signed>/elsewhere/", public.elsewhere, name="elsewhere"),
    path("a/<str:signed>/thanks/", public.thanks, name="thanks"),
    path("a/<str:signed>/case/", public.case, name="case"),
    path("f/<str:signed>/", family.line, name="family"),
    path("reach/<str:signed>/", tap.reach, name="reach"),
    path("checkin/<str:signed>/", checkin.check_in_page, name="check_in"),
]
