"""Addresses of user administration, downloads and jobs."""

from django.urls import path

from asuh.access.views import exports, jobs, users

app_name = "access"
urlpatterns = [
    path("pengguna/", users.index, name="users"),
    path("pengguna/undang/", users.invite, name="invite"),
    path("pengguna/akhiri/", users.end_many, name="end_many"),
    path("pengguna/impor/", users.import_users, name="import_users"),
    path("pengguna/impor/templat/", users.import_template, name="import_template"),
    path("pengguna/impor/<int:pk>/", users.import_result, name="import_result"),
    path("pengguna/impor/<int:pk>/gagal/", users.import_log, name="import_log"),
    path("pengguna/<int:pk>/", users.show, name="user"),
    path("pengguna/<int:pk>/ubah/", users.change, name="change_user"),
    path("pengguna/<int:pk>/penugasan/", users.give_post, name="give_post"),
    path("pengguna/<int:pk>/penugasan/<int:post>/akhiri/", users.end_post, name="end_post"),
    path("pengguna/<int:pk>/tautan/", users.invite_again, name="invite_again"),
    path("pengguna/<int:pk>/tautan/minta/", users.propose_link, name="propose_link"),
    path("pengguna/<int:pk>/permintaan/<int:proposal>/", users.decide, name="decide_proposal"),
    path("pengguna/<int:pk>/akhiri/", users.end_account, name="end_account"),
    path("pengguna/<int:pk>/buka-kembali/", users.reopen_account, name="reopen_account"),
    path("pengguna/<int:pk>/buka-kunci/", users.unlock, name="unlock"),
    path("pengguna/<int:pk>/keluarkan/", users.end_sessions, name="end_sessions"),
    path("peran/", users.matrix, name="matrix"),
    path("peran/unduh/", users.matrix_download, name="matrix_download"),
    path("pekerjaan/", jobs.index, name="jobs"),
    path("pekerjaan/<int:pk>/ulang/", jobs.retry, name="retry_job"),
    path("unduhan/", exports.index, name="exports"),
    path("unduhan/baru/<str:kind>/", exports.new, name="export_new"),
    path("unduhan/<int:pk>/", exports.show, name="export"),
    path("unduhan/<int:pk>/berkas/", exports.download, name="export_file"),
    path("unduhan/<int:pk>/hapus/", exports.remove, name="export_remove"),
]
