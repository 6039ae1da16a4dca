"""allauth's pages at our own addresses. allauth reverses these names itself, so they stand outside every namespace."""

from allauth.mfa.webauthn import views as webauthn
from django.urls import path

from members.views import entrance, keys, portals

urlpatterns = [
    path("signup/", entrance.signup, name="account_signup"),
    path("signup/code/", entrance.signup_code, name="account_email_verification_sent"),
    path("login/", entrance.login, name="account_login"),
    path("login/second/", entrance.second_step, name="mfa_authenticate"),
    path("login/passkey/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("login/again/", keys.PasswordAgain.as_view(), name="account_reauthenticate"),
    path("login/again/code/", keys.CodeAgain.as_view(), name="mfa_reauthenticate"),
    path("login/again/passkey/", keys.PasskeyAgain.as_view(), name="mfa_reauthenticate_webauthn"),
    path("login/closed/", entrance.closed, name="account_inactive"),
    path("logout/", entrance.logout, name="account_logout"),
    path("password/reset/", entrance.password_reset, name="account_reset_password"),
    path("password/reset/code/", entrance.password_reset_code, name="account_confirm_password_reset_code"),
    path("password/reset/new/", entrance.password_reset_new, name="account_complete_password_reset"),
    path("password/reset/done/", entrance.password_reset_done, name="account_password_reset_completed"),
    path("account/email/", keys.Email.as_view(), name="account_email"),
    path("account/password/", keys.Password.as_view(), name="account_change_password"),
    path("account/password/set/", keys.FirstPassword.as_view(), name="account_set_password"),
    path("account/devices/", keys.Devices.as_view(), name="usersessions_list"),
    path("account/portals/", portals.portals, name="account_portals"),
    path("account/portals/<int:school_id>/leave/", portals.leave, name="account_portal_leave"),
    path("account/security/", keys.Overview.as_view(), name="mfa_index"),
    path("account/security/app/", keys.AddApp.as_view(), name="mfa_activate_totp"),
    path("account/security/app/remove/", keys.RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path("account/security/passkeys/", keys.Passkeys.as_view(), name="mfa_list_webauthn"),
    path("account/security/passkeys/add/", keys.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("account/security/passkeys/<int:pk>/", keys.RenamePasskey.as_view(), name="mfa_edit_webauthn"),
    path("account/security/passkeys/<int:pk>/remove/", keys.RemovePasskey.as_view(), name="mfa_remove_webauthn"),
    path("account/security/codes/", keys.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path("account/security/codes/new/", keys.NewRecoveryCodes.as_view(), name="mfa_generate_recovery_codes"),
]
