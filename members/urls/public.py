"""Registration and the two legal documents."""

from django.urls import path

from members.views import public

app_name = "members"
urlpatterns = [
    path("signup/school/", public.signup_school, name="signup_school"),
    path("legal/accept/", public.legal_accept, name="legal_accept"),
]
