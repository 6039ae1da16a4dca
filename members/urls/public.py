"""Registration, login and the legal documents."""

from django.urls import path

from members.views import entrance, invitation, legal, public, push, second_address

app_name = "members"
urlpatterns = [
    path("signup/", entrance.signup, name="signup"),
    path("signup/opened/", entrance.signup_opened, name="signup_opened"),
    path("signup/code/", entrance.signup_code, name="signup_code"),
    path("signup/school/", public.signup_school, name="signup_school"),
    path("signup/school/check/", public.signup_school_check, name="signup_school_check"),
    path("signup/profile/", public.signup_profile, name="signup_profile"),
    path("signup/profile/check/", public.signup_profile_check, name="signup_profile_check"),
    path("signup/done/", public.signup_done, name="signup_done"),
    path("login/", entrance.login, name="login"),
    path("logout/", entrance.logout, name="logout"),
    path("password/reset/", entrance.password_reset, name="password_reset"),
    path("legal/terms/", legal.terms, name="legal_terms"),
    path("legal/privacy/", legal.privacy, name="legal_privacy"),
    path("legal/accept/", legal.accept, name="legal_accept"),
    path("second-address/<slug:signed>/", second_address.confirm, name="second_address"),
    path("invitation/<slug:token>/", invitation.invitation, name="invitation"),
    path("invitation/<slug:token>/account/", invitation.open_account, name="invitation_account"),
    path("invitation/<slug:token>/accept/", invitation.accept, name="invitation_accept"),
    path("invitation/<slug:token>/decline/", invitation.decline, name="invitation_decline"),
    path("push/", push.renewal, name="push_renewal"),
]
