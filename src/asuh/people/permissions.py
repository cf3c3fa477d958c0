"""What one can do with people, households and DTKS deliveries: one sentence each."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Can(models.TextChoices):
    """Rights in the registry."""

    FIND_CHILD = "people.find_child", _("Mencari anak dan keluarga")
    KNOW_OF_CHILD = (
        "people.know_of_child",
        _("Mengetahui bahwa anak tercatat di wilayah lain dan siapa yang harus ditanya"),
    )
    SEE_CHILD = "people.see_child", _("Membuka halaman anak dan keluarganya")
    SEE_NUMBERS = "people.see_numbers", _("Menampilkan NIK, KK, dan telepon secara lengkap")
    SEE_RESTRICTED = (
        "people.see_restricted",
        _("Membaca keterangan terbatas: HIV, kejahatan seksual, perkara"),
    )
    SEE_READERS = "people.see_readers", _("Melihat siapa yang dapat dan pernah membuka halaman anak")
    REGISTER_CHILD = "people.register_child", _("Mendaftarkan anak yang belum tercatat")
    RECORD_FACT = "people.record_fact", _("Mencatat keadaan anak: sekolah, kesehatan, dokumen, pengasuh")
    CHANGE_HOUSEHOLD = (
        "people.change_household",
        _("Mengubah rumah tangga: pindah, berpisah, lahir, meninggal"),
    )
    WITHDRAW = "people.withdraw", _("Menarik dan memulihkan data orang atau rumah tangga")
    RESTORE_LATE = (
        "people.restore_late",
        _("Melihat dan memulihkan data yang ditarik lebih dari 30 hari lalu"),
    )
    EXPORT_CHILDREN = "people.export_children", _("Mengunduh daftar anak sebagai berkas")
    IMPORT_DTKS = "people.import_dtks", _("Mengimpor kiriman DTKS")
    CORRECT_QUARANTINE = "people.correct_quarantine", _("Memperbaiki baris di karantina")
    TAKE_BACK_DELIVERY = "people.take_back_delivery", _("Menolak dan menarik kembali kiriman DTKS")
    EXPORT_DTKS = "people.export_dtks", _("Mengekspor data DTKS")
    EXPORT_CARD_NUMBERS = "people.export_card_numbers", _("Menyertakan nomor kartu debit dalam ekspor")
