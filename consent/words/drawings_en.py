"""What stands in drawings, and what they show in words: for who cannot see them."""

WORDS = {
    "drawing.body.words": (
        "Two outlines of a person. Seen from the front, the patient's left is on your right. "
        "Seen from the back, the patient's left is on your left."
    ),
    "drawing.body.front": "From the front",
    "drawing.body.back": "From the back",
    "drawing.body.left": "Left",
    "drawing.body.right": "Right",
    "drawing.probe.words": "A thin probe goes through the skin. Its cold tip is at the nerve.",
    "drawing.probe.probe": "Probe",
    "drawing.probe.tip": "Cold tip",
    "drawing.probe.skin": "Skin",
    "drawing.probe.nerve": "Nerve",
}
