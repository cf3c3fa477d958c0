"""Categories of children in law."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Scheme(models.TextChoices):
    """Which list a category belongs to."""

    PPKS = "ppks", _("PPKS anak")
    AMPK = "ampk", _("Perlindungan khusus (AMPK)")
    ABH = "abh", _("Kedudukan dalam perkara (ABH)")


class PPKS(models.TextChoices):
    """PPKS anak. Source: Permensos 8/2012 and 5/2019; orphans (*) after ATENSI YAPI."""

    TODDLER = "toddler", _("Anak balita terlantar")
    NEGLECTED = "neglected", _("Anak terlantar")
    ABH = "abh", _("Anak berhadapan dengan hukum")
    STREET = "street", _("Anak jalanan")
    DISABILITY = "disability", _("Anak dengan kedisabilitasan")
    VIOLENCE = "violence", _("Anak korban tindak kekerasan atau diperlakukan salah")
    AMPK = "ampk", _("Anak yang memerlukan perlindungan khusus")
    ORPHAN = "orphan", _("Yatim, piatu, yatim piatu (YAPI)")


class AMPK(models.TextChoices):
    """The fifteen groups a–o of UU 35/2014, article 59 paragraph 2."""

    EMERGENCY = "emergency", _("a. Situasi darurat")
    ABH = "abh", _("b. Berhadapan dengan hukum")
    MINORITY = "minority", _("c. Kelompok minoritas dan terisolasi")
    EXPLOITED = "exploited", _("d. Dieksploitasi secara ekonomi dan/atau seksual")
    NAPZA = "napza", _("e. Korban penyalahgunaan NAPZA")
    PORNOGRAPHY = "pornography", _("f. Korban pornografi")
    HIV = "hiv", _("g. Dengan HIV/AIDS")
    TRAFFICKING = "trafficking", _("h. Korban penculikan, penjualan, dan/atau perdagangan")
    VIOLENCE = "violence", _("i. Korban kekerasan fisik dan/atau psikis")
    SEXUAL = "sexual", _("j. Korban kejahatan seksual")
    TERROR = "terror", _("k. Korban jaringan terorisme")
    DISABILITY = "disability", _("l. Penyandang disabilitas")
    NEGLECT = "neglect", _("m. Korban perlakuan salah dan penelantaran")
    BEHAVIOUR = "behaviour", _("n. Dengan perilaku sosial menyimpang")
    STIGMA = "stigma", _("o. Korban stigmatisasi terkait kondisi orang tuanya")


class AbhRole(models.TextChoices):
    """Source: UU 11/2012."""

    OFFENDER = "offender", _("Pelaku (berkonflik dengan hukum)")
    VICTIM = "victim", _("Korban")
    WITNESS = "witness", _("Saksi")


ABH_ROLES = AbhRole
_LISTS: dict[str, type[models.TextChoices]] = {Scheme.PPKS: PPKS, Scheme.AMPK: AMPK, Scheme.ABH: AbhRole}

#: (scheme, code) that are a separate right to read: HIV, sexual crime, pornography, offence
RESTRICTED = frozenset(
    {
        (Scheme.AMPK, AMPK.HIV),
        (Scheme.AMPK, AMPK.SEXUAL),
        (Scheme.AMPK, AMPK.PORNOGRAPHY),
        (Scheme.AMPK, AMPK.ABH),
        (Scheme.PPKS, PPKS.ABH),
        (Scheme.ABH, AbhRole.OFFENDER),
        (Scheme.ABH, AbhRole.VICTIM),
        (Scheme.ABH, AbhRole.WITNESS),
    }
)


def category_names(scheme: str) -> dict[str, Any]:
    """Code → name of one scheme, in the order of the law."""
    return dict(_LISTS[scheme].choices)


def category_name(scheme: str, code: str) -> str:
    """The name of a category; a code no longer in the list is shown as it is."""
    return str(category_names(scheme).get(code, code))
