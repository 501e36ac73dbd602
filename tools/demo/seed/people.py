"""Who the demo's customers are. Every name is invented; every address ends in example.com, which nobody has."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Person:
    """A customer: name in its own script, the part of the address before the @, country and time zone."""

    name: str
    mailbox: str
    country: str
    tz: str

    @property
    def email(self) -> str:
        """Return the address."""
        return f"{self.mailbox}@example.com"


_NEW_YORK, _CHICAGO, _LOS_ANGELES = "America/New_York", "America/Chicago", "America/Los_Angeles"

PEOPLE: Final = tuple(
    Person(*words)
    for words in (
        ("Maya Thornquist", "maya.thornquist", "US", _NEW_YORK),
        ("Darius Okafor", "darius.okafor", "US", _CHICAGO),
        ("Lucía Fernández-Arroyo", "lucia.fernandez", "US", _LOS_ANGELES),
        ("佐々木 美咲", "misaki.sasaki", "JP", "Asia/Tokyo"),
        ("Owen Castellane", "owen.castellane", "US", _NEW_YORK),
        ("Наталья Верещагина", "natalya.v", "US", _NEW_YORK),
        ("Priyanka Raghunathan", "priyanka.r", "US", _CHICAGO),
        ("Tobias Lindgren", "tobias.lindgren", "SE", "Europe/Stockholm"),
        ("ليلى حدّاد", "layla.haddad", "US", _NEW_YORK),
        ("Chidinma Eze", "chidinma.eze", "GB", "Europe/London"),
        ("王 雅婷", "yating.wang", "US", _LOS_ANGELES),
        ("Grace Mbeki-Sørensen", "grace.mbeki", "US", _CHICAGO),
        ("Ραλλού Παπαδάκη", "rallou.papadaki", "US", _NEW_YORK),
        ("Henrik Aaltonen", "henrik.aaltonen", "FI", "Europe/Helsinki"),
        ("Isabela Monteiro da Cunha", "isabela.monteiro", "US", _NEW_YORK),
        ("김 서연", "seoyeon.kim", "US", _LOS_ANGELES),
        ("Jonah Whitcombe", "jonah.whitcombe", "US", _CHICAGO),
        ("Aroha Ngata", "aroha.ngata", "NZ", "Pacific/Auckland"),
        ("דניאל בן-עמי", "daniel.benami", "US", _NEW_YORK),
        ("Camille Desrosiers", "camille.desrosiers", "US", _NEW_YORK),
        ("Ebubekir Yıldırım", "ebubekir.y", "DE", "Europe/Berlin"),
        ("Siobhán Ní Bhriain", "siobhan.nib", "IE", "Europe/Dublin"),
        ("Marcus Delacroix-Whitfield", "marcus.dw", "US", _CHICAGO),
        ("अनन्या चतुर्वेदी", "ananya.c", "US", _LOS_ANGELES),
        ("Zofia Wójcikiewicz", "zofia.w", "PL", "Europe/Warsaw"),
        ("Tevita Fonoti", "tevita.fonoti", "US", "Pacific/Honolulu"),
        ("Amara Nwosu", "amara.nwosu", "US", _NEW_YORK),
        ("鈴木 大輔", "daisuke.suzuki", "JP", "Asia/Tokyo"),
        ("Beatriz Albuquerque", "beatriz.a", "PT", "Europe/Lisbon"),
        ("Quentin Ashgrove", "quentin.ashgrove", "US", _CHICAGO),
        ("Nguyễn Thị Thu Hằng", "hang.nguyen", "US", _LOS_ANGELES),
        ("Fiona MacAllister", "fiona.macallister", "GB", "Europe/London"),
        ("Emeka Chukwuemeka", "emeka.c", "US", _NEW_YORK),
        ("Матвій Коваленко", "matvii.k", "US", _CHICAGO),
        ("Rosalind Featherstone", "rosalind.f", "US", _NEW_YORK),
        ("Ìdòwú Adébáyọ̀", "idowu.adebayo", "US", _NEW_YORK),
        ("Hugo van der Linden", "hugo.vdl", "NL", "Europe/Amsterdam"),
        ("ณัฐพงศ์ ศรีสุข", "nattapong.s", "US", _LOS_ANGELES),
        ("Delphine Okoro-Blanchard", "delphine.ob", "US", _CHICAGO),
        ("Anders Nørgaard", "anders.n", "DK", "Europe/Copenhagen"),
        ("سمیرا کاظمی", "samira.kazemi", "US", _LOS_ANGELES),
        ("Wren Halloran", "wren.halloran", "US", _NEW_YORK),
        ("Kaleo Kahananui", "kaleo.k", "US", "Pacific/Honolulu"),
        ("Ximena Quispe Mamani", "ximena.q", "US", _CHICAGO),
        ("李 志明", "chiming.lee", "US", _NEW_YORK),
        ("Oluwaseun Bankole", "seun.bankole", "GB", "Europe/London"),
        ("Ingrid Sævarsdóttir", "ingrid.s", "IS", "Atlantic/Reykjavik"),
        ("Theodore Brightwater", "theo.brightwater", "US", _CHICAGO),
        ("Mireille Toussaint", "mireille.t", "US", _NEW_YORK),
        ("გიორგი მელაძე", "giorgi.meladze", "US", _NEW_YORK),
        ("Pilar Etxeberria", "pilar.etx", "ES", "Europe/Madrid"),
        ("Desmond Achterberg", "desmond.a", "US", _LOS_ANGELES),
        ("Sunniva Haugland", "sunniva.h", "NO", "Europe/Oslo"),
        ("田中 陽子", "yoko.tanaka", "JP", "Asia/Tokyo"),
        ("Caspian Merriweather", "caspian.m", "US", _CHICAGO),
        ("Farida Youssoufi", "farida.y", "US", _NEW_YORK),
        ("Leopold Grünwald", "leopold.g", "AT", "Europe/Vienna"),
        ("Nomvula Dlamini", "nomvula.d", "US", _NEW_YORK),
        ("Ṣẹ́gun Ọlátúnjí", "segun.olatunji", "US", _CHICAGO),
        ("Verity Blackwood-Nakamura", "verity.bn", "US", _LOS_ANGELES),
    )
)

NOTES: Final = (
    "Rent, my half",
    "Groceries",
    "Concert tickets 🎫",
    "For the cab last night",
    "Birthday cake",
    "昼ごはん",
    "Danke fürs Leihen!",
    "Thanks for covering me",
    "Wi-Fi and power",
    "",
    "Football subs",
    "Coffee x3",
    "Cadeau pour Camille",
    "Road trip fuel",
    "Books",
)
