"""Roles and what they may do. A person holds roles through posts."""

from django.utils.translation import gettext_lazy as _

from asuh.access.permissions import Can as Access
from asuh.access.roles import Role
from asuh.audit.permissions import Can as Audit
from asuh.institutions.permissions import Can as Institutions
from asuh.people.permissions import Can as People


def _role(code: str, name: object, description: object, *grants: str) -> Role:
    return Role(code, name, description, frozenset(str(grant) for grant in grants))


ROLES = [
    _role(
        "case_worker",
        _("Pekerja sosial"),
        _("Peksos, Sakti Peksos, atau TKS: anak dan kasus di wilayah kerjanya"),
        People.FIND_CHILD,
        People.KNOW_OF_CHILD,
        People.SEE_CHILD,
        People.SEE_NUMBERS,
        People.SEE_RESTRICTED,
        People.REGISTER_CHILD,
        People.RECORD_FACT,
        People.CHANGE_HOUSEHOLD,
        Institutions.SEE_INSTITUTIONS,
    ),
    _role(
        "supervisor",
        _("Supervisor"),
        _("Supervisor Sakti Peksos atau kepala seksi anak: pekerja dan kasus yang dibinanya"),
        People.FIND_CHILD,
        People.KNOW_OF_CHILD,
        People.SEE_CHILD,
        People.SEE_NUMBERS,
        People.SEE_RESTRICTED,
        People.SEE_READERS,
        People.REGISTER_CHILD,
        People.RECORD_FACT,
        People.CHANGE_HOUSEHOLD,
        People.WITHDRAW,
        People.EXPORT_CHILDREN,
        Institutions.SEE_INSTITUTIONS,
    ),
    _role(
        "data_officer",
        _("Operator DTKS"),
        _("Impor, karantina, pemadanan, dan ekspor; tidak melihat isi kasus"),
        People.FIND_CHILD,
        People.SEE_CHILD,
        People.SEE_NUMBERS,
        People.REGISTER_CHILD,
        People.RECORD_FACT,
        People.CHANGE_HOUSEHOLD,
        People.WITHDRAW,
        People.RESTORE_LATE,
        People.EXPORT_CHILDREN,
        People.IMPORT_DTKS,
        People.CORRECT_QUARANTINE,
        People.TAKE_BACK_DELIVERY,
        People.EXPORT_DTKS,
        Access.REACH_UNPLACED,
        Access.SEE_JOBS,
        Institutions.SEE_INSTITUTIONS,
    ),
    _role(
        "institution_head",
        _("Kepala lembaga"),
        _("Kepala Balai, Loka, atau LKSA: penghuni, daya tampung, dan staf lembaganya"),
        Institutions.SEE_INSTITUTIONS,
    ),
    _role(
        "regional_manager",
        _("Pengelola wilayah"),
        _("Dinas Sosial provinsi atau kabupaten/kota: semua kasus di wilayahnya"),
        People.FIND_CHILD,
        People.KNOW_OF_CHILD,
        People.SEE_CHILD,
        People.SEE_NUMBERS,
        People.SEE_RESTRICTED,
        People.SEE_READERS,
        People.RECORD_FACT,
        People.WITHDRAW,
        People.RESTORE_LATE,
        People.EXPORT_CHILDREN,
        Institutions.SEE_INSTITUTIONS,
        Institutions.EDIT_INSTITUTIONS,
        Access.SEE_USERS,
    ),
    _role(
        "national",
        _("Pusat"),
        _("Direktorat Rehabilitasi Sosial Anak: seluruh Indonesia menurut izin"),
        People.FIND_CHILD,
        People.SEE_CHILD,
        Institutions.SEE_INSTITUTIONS,
        Institutions.EDIT_INSTITUTIONS,
        Access.SEE_USERS,
    ),
    _role(
        "partner_analyst",
        _("Analis mitra"),
        _("Angka saja, angka kecil disamarkan; tidak pernah melihat nama"),
    ),
    _role(
        "supply_officer",
        _("Petugas logistik"),
        _("Gudang kementerian atau Balai: kiriman dan berita acara"),
        Institutions.SEE_INSTITUTIONS,
    ),
    _role(
        "data_protection_officer",
        _("Pejabat pelindungan data"),
        _("Jejak audit, bukan isi kasus"),
        People.SEE_READERS,
        Audit.READ_TRAIL,
        Access.SEE_USERS,
        Access.CONFIRM_LINKS,
    ),
    _role(
        "administrator",
        _("Pengelola sistem"),
        _("Pengguna dan pengaturan; tidak melihat anak atau kasus"),
        Access.MANAGE_USERS,
        Access.SEE_USERS,
        Access.SEE_JOBS,
    ),
]
