"""Who the invented patients of a filled demo store are, and what they say: names in several scripts, sites, reasons.

Decides nothing: lists to draw from.

Invariants:
- Nobody of them exists; each name can be printed.
- No answer to a question says anything about a treatment.

Refuses to be used outside a demo store: ``seeding`` sees to that.
"""

from typing import Final

from consent.model.values import Site

NAMES: Final = (
    (
        ("Ada", "Ben", "Clara", "Desmond", "Eleanor", "Frank", "Grace", "Harold", "Ines", "Jonas", "Karin", "Liam"),
        (
            "Abbott",
            "Brandt",
            "Castellan",
            "Dunmore",
            "Ekström",
            "Fairweather",
            "Greaves",
            "Holloway",
            "Ivers",
            "Jessup",
        ),
    ),
    (
        ("José", "Zoë", "Søren", "Åse", "François", "Łucja", "Şebnem", "Ñusta", "Jürgen", "Siân", "Nguyễn", "Ağca"),
        ("Müller-Ñandú", "Ó Domhnaill", "Škvorecký", "García", "Ørsted", "Brontë", "Öztürk", "Trần", "Łoś", "van Dijk"),
    ),
    (
        ("Мария", "Иван", "Ольга", "Дмитрий", "Людмила", "Стоян", "Зорица", "Пётр"),
        ("Соколова", "Бондаренко", "Петров", "Јовановић", "Димитрова", "Журавлёв"),
    ),
    (
        ("Αθηνά", "Νίκος", "Ελένη", "Σπύρος", "Ιωάννα", "Θεόδωρος"),
        ("Παπαδοπούλου", "Καραμανλής", "Οικονόμου", "Χατζής", "Βλάχου"),
    ),
    (
        ("فاطمة", "يوسف", "مريم", "خالد", "زينب", "حسن"),
        ("الزهراء", "المصري", "حداد", "السيد", "منصور"),
    ),
    (
        ("שרה", "דוד", "רחל", "יעקב", "מרים", "אברהם"),
        ("כהן", "לוי", "מזרחי", "פרץ", "אלון"),
    ),
)
"""Given and family names, a pair of lists for each way to write them."""
LIKELY: Final = (0, 0, 0, 0, 1, 1, 1, 2, 3, 4, 5)
"""Which pair of lists a name comes from, as often as it stands here."""

PLACES: Final = (
    (Site(place="inner side of the knee", side="left"), "Your knee has hurt for two years."),
    (Site(place="inner side of the knee", side="right"), "Your knee hurts at each step."),
    (Site(place="outer side of the lower leg", side="left"), "Your leg has burned since the operation."),
    (Site(place="back of the hand, thumb side", side="right"), "Your hand hurts when something touches it."),
    (Site(place="groin", side="left"), "Your groin has hurt since the hernia was mended."),
    (Site(place="between two ribs", side="right"), "The pain between your ribs keeps you awake."),
    (Site(place="heel", side="both"), "Both heels hurt in the morning."),
)
HOPES: Final = ("To climb the stairs again.", "To sleep through.", "To walk to the shop.", "To hold my grandchild.", "")
WORRIES: Final = ("That it hurts more than now.", "That it does not help.", "The needle.", "")
QUESTIONS: Final = (
    ("When can I drive again?", "We talked about it, and you have it in writing."),
    ("Can my daughter come along?", "Yes, and there is a chair for her."),
    ("Where do I park?", "Behind the house; the desk opens the barrier."),
    ("What if it comes back?", "We talked about it, and what we could do then."),
)
NOES: Final = (
    "",
    "I want to think about it.",
    "I would rather wait.",
    "My family needs me this month.",
)
CHANGED_MINDS: Final = ("", "It got better by itself.", "I am not ready.")
