"""Addresses of the data officer's pages."""

from django.urls import path

from asuh.people import views_corrections as corrections
from asuh.people import views_deliveries as deliveries
from asuh.people import views_exports as exports
from asuh.people import views_quarantine as quarantine

app_name = "deliveries"
urlpatterns = [
    path("", deliveries.index, name="deliveries"),
    path("unggah/", deliveries.upload, name="upload"),
    path("templat/<str:table>.<str:form>", deliveries.template, name="template"),
    path("kiriman/<int:pk>/", deliveries.show, name="delivery"),
    path("kiriman/<int:pk>/kemajuan/", deliveries.progress, name="progress"),
    path("kiriman/<int:pk>/terima/", deliveries.confirm, name="confirm"),
    path("kiriman/<int:pk>/tolak/", deliveries.refuse, name="refuse"),
    path("kiriman/<int:pk>/tarik/", deliveries.take_back, name="take_back"),
    path("kiriman/<int:pk>/laporan/", deliveries.report, name="report"),
    path("karantina/", quarantine.index, name="quarantine_index"),
    path("kiriman/<int:pk>/karantina/", quarantine.queue, name="quarantine"),
    path("kiriman/<int:pk>/karantina/<int:row>/", quarantine.decide, name="decide"),
    path("kiriman/<int:pk>/karantina/<int:row>/periksa/", quarantine.check, name="check"),
    path("kiriman/<int:pk>/karantina/<int:row>/urungkan/", quarantine.undo, name="undo"),
    path("ekspor/", exports.index, name="exports"),
    path("keterangan/", corrections.index, name="corrections"),
    path("keterangan/kemajuan/", corrections.progress, name="corrections_progress"),
    path("keterangan/catat/", corrections.apply, name="corrections_apply"),
    path("keterangan/lupakan/", corrections.drop, name="corrections_drop"),
    path("keterangan/templat.xlsx", corrections.template, name="corrections_template"),
    path("keterangan/lembar/<int:pk>/", corrections.recorded, name="corrections_recorded"),
    path("keterangan/lembar/<int:pk>/urungkan/", corrections.undo, name="corrections_undo"),
    path("keterangan/lembar/<int:pk>/kemajuan/", corrections.undoing, name="corrections_undoing"),
    path("keterangan/laporan.xlsx", corrections.report, name="corrections_report"),
]
