"""Every address, app by app. A page that no guard stands on fails the sweep test."""

from django.urls import include, path

from asuh.access.views import health

urlpatterns = [
    path("", include("asuh.desk.urls")),
    path("anak/", include("asuh.people.urls")),
    path("data-terpadu/", include("asuh.people.urls_deliveries")),
    path("lembaga/", include("asuh.institutions.urls")),
    path("pengelolaan/", include("asuh.access.urls")),
    path("jejak-audit/", include("asuh.access.trail_urls")),
    path("wilayah/", include("asuh.desk.area_urls")),
    path("sehat/", health.alive, name="alive"),
    path("sehat/ukuran/", health.metrics, name="metrics"),
    path("akun/", include("asuh.access.account_urls")),
]

handler400 = "asuh.desk.errors.bad_request"
handler403 = "asuh.desk.errors.forbidden"
handler404 = "asuh.desk.errors.not_found"
handler500 = "asuh.desk.errors.server_error"
