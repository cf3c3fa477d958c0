"""Addresses of one's own account: of allauth's pages only those that are used here, each with a guard.

There is no sign-up and no page of mail addresses: accounts come and go through the administrator of one's
office.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.usersessions import views as usersessions
from django.urls import path, re_path

from asuh.access.guards import open_to_all, signed_in
from asuh.access.views import doors

signing_in = open_to_all("the sign-in page")
forgotten = open_to_all("whoever forgot the password cannot sign in; the link in the mail is the key")
half_in = open_to_all("the second step of signing in; the first is checked by allauth")

urlpatterns = [
    path("masuk/", signing_in(account.login), name="account_login"),
    path("keluar/", signed_in(account.logout), name="account_logout"),
    path("tidak-aktif/", signing_in(account.account_inactive), name="account_inactive"),
    path("sekali-lagi/", signed_in(account.reauthenticate), name="account_reauthenticate"),
    path("kata-sandi/", signed_in(account.password_change), name="account_change_password"),
    path("lupa/", forgotten(account.password_reset), name="account_reset_password"),
    path("lupa/dikirim/", forgotten(account.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^lupa/kunci/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        forgotten(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "lupa/selesai/",
        forgotten(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("ketentuan/", doors.accept_terms, name="terms"),
    path("undangan/", doors.invitation, name="invitation"),
    path("undangan/<str:token>/", doors.open_invitation, name="invitation_open"),
    path("perangkat/", signed_in(usersessions.list_usersessions), name="usersessions_list"),
    path("pengaman/wajib/", doors.second_factor, name="second_factor"),
    path("pengaman/", signed_in(mfa.index), name="mfa_index"),
    path("pengaman/kode/", half_in(mfa.authenticate), name="mfa_authenticate"),
    path("pengaman/sekali-lagi/", signed_in(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("pengaman/aplikasi/", signed_in(totp.activate_totp), name="mfa_activate_totp"),
    path("pengaman/aplikasi/cabut/", signed_in(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("pengaman/cadangan/", signed_in(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "pengaman/cadangan/buat/",
        signed_in(recovery.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "pengaman/cadangan/unduh/",
        signed_in(recovery.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("pengaman/kunci/", signed_in(webauthn.list_webauthn), name="mfa_list_webauthn"),
    path("pengaman/kunci/tambah/", signed_in(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path(
        "pengaman/kunci/sekali-lagi/",
        signed_in(webauthn.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path("pengaman/kunci/masuk/", signing_in(webauthn.login_webauthn), name="mfa_login_webauthn"),
    path("pengaman/kunci/<int:pk>/ubah/", signed_in(webauthn.edit_webauthn), name="mfa_edit_webauthn"),
    path("pengaman/kunci/<int:pk>/cabut/", signed_in(webauthn.remove_webauthn), name="mfa_remove_webauthn"),
]
