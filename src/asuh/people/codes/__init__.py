"""Terms of the child's data. Each list says where it comes from; codes are retired, never removed.

Letters in the docstrings name the documents of practice: FAT Form Asesmen Terintegrasi; SEN service register
of a Sentra; DTS variables of DTSEN; SAH child register of an LKSA; CPI forms after the Inter-Agency
Guidelines (2014); CPK forms of a national ministry in Southeast Asia; ADO adoption requirements (PP 54/2007);
HND referral conditions of Balai Anak Handayani. (*) = common practice or reading of the law, not yet checked
against an official form: the ministry can strike or confirm it.
"""

from asuh.people.codes.care import ORPHANHOOD, Alive, Arrangement, ParentAway, Relation
from asuh.people.codes.categories import ABH_ROLES, AMPK, PPKS, Scheme, category_name, category_names
from asuh.people.codes.documents import DocumentKind, DocumentState
from asuh.people.codes.functioning import DOMAINS, answer_choices, answer_name
from asuh.people.codes.health import Chronic, Nutrition, YesNoUnknown
from asuh.people.codes.registry import IDENTITY, How, LeftBecause, PhoneOf, Started, WhichAddress
from asuh.people.codes.schooling import Attendance, Level, NotAttending, Participation

__all__ = [
    "ABH_ROLES",
    "AMPK",
    "DOMAINS",
    "IDENTITY",
    "ORPHANHOOD",
    "PPKS",
    "Alive",
    "Arrangement",
    "Attendance",
    "Chronic",
    "DocumentKind",
    "DocumentState",
    "How",
    "LeftBecause",
    "Level",
    "NotAttending",
    "Nutrition",
    "ParentAway",
    "Participation",
    "PhoneOf",
    "Relation",
    "Scheme",
    "Started",
    "WhichAddress",
    "YesNoUnknown",
    "answer_choices",
    "answer_name",
    "category_name",
    "category_names",
]
