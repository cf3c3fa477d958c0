"""Addresses of children and households."""

from django.urls import path

from asuh.people import views_children as children
from asuh.people import views_facts as facts
from asuh.people import views_households as households
from asuh.people import views_registering as registering

app_name = "people"
urlpatterns = [
    path("", children.children, name="children"),
    path("daftar/", registering.register, name="register"),
    path("daftar/draf/", registering.keep_draft, name="keep_draft"),
    path("daftar/ulang/", registering.discard_draft, name="discard_draft"),
    path("keranjang/", children.bin_page, name="bin"),
    path("keranjang/lama/", children.bin_late, name="bin_late"),
    path("tarik/", children.withdraw_many, name="withdraw_many"),
    path("pembaca/", children.readers_lookup, name="readers_lookup"),
    path("wilayah/", children.areas, name="areas"),
    path("<int:pk>/", children.child, name="child"),
    path("<int:pk>/bagian/<slug:part>/", children.child, name="child_part"),
    path("<int:pk>/nomor/<slug:which>/", children.number, name="number"),
    path("<int:pk>/foto/", children.photo, name="photo"),
    path("<int:pk>/foto/berkas/", children.photo_file, name="photo_file"),
    path("<int:pk>/dokumen/<int:document>/berkas/", children.document_file, name="document_file"),
    path("<int:pk>/cetak/", children.summary_print, name="print"),
    path("<int:pk>/pembaca/", children.readers, name="readers"),
    path("<int:pk>/tarik/", children.withdraw, name="withdraw"),
    path("<int:pk>/catat/", facts.choose, name="record_choose"),
    path("<int:pk>/catat/<slug:kind>/", facts.record, name="record"),
    path("<int:pk>/catat/<slug:kind>/<int:fact>/", facts.correct, name="correct"),
    path("<int:pk>/catat/<slug:kind>/<int:fact>/tarik/", facts.withdraw, name="withdraw_fact"),
    path("<int:pk>/catat/<slug:kind>/draf/", facts.keep_draft, name="keep_fact_draft"),
    path("<int:pk>/catat/<slug:kind>/<int:fact>/pulihkan/", facts.restore, name="restore_fact"),
    path("<int:pk>/identitas/", facts.identity, name="identity"),
    path("<int:pk>/identitas/<int:change>/urungkan/", facts.undo_identity, name="undo_identity"),
    path("<int:pk>/pindah/", households.move_person, name="move_person"),
    path("<int:pk>/pindah/urungkan/", households.undo_move, name="undo_move"),
    path("<int:pk>/hubungan/", households.relation, name="relation"),
    path("<int:pk>/meninggal/", households.death, name="death"),
    path("<int:pk>/meninggal/batalkan/", households.undo_death, name="undo_death"),
    path("rumah-tangga/<int:pk>/", households.household, name="household"),
    path("rumah-tangga/<int:pk>/pecah/", households.split, name="split"),
    path("rumah-tangga/<int:pk>/pindah/", households.move, name="move_household"),
    path("rumah-tangga/<int:pk>/kepala/", households.head, name="head"),
    path("rumah-tangga/<int:pk>/kelahiran/", households.birth, name="birth"),
    path("rumah-tangga/<int:pk>/terima/", households.take_in, name="take_in"),
    path("rumah-tangga/<int:pk>/terima/cari/", households.take_in_find, name="take_in_find"),
    path("rumah-tangga/<int:pk>/peran/", households.add_role, name="add_role"),
    path("rumah-tangga/<int:pk>/peran/<int:role>/akhiri/", households.end_role, name="end_role"),
    path("rumah-tangga/<int:pk>/tarik/", households.withdraw, name="withdraw_household"),
]
