"""English words of the signature pad, of the ways to sign, and of witnesses."""

WORDS: dict[str, str] = {
    "attest.done.by": "Signed by {name}, {when}.",
    "claims.odd": (
        "The device that was signed on gave odd times for the strokes ({what}). "
        "The time of a signature is the server's, as listed above."
    ),
    "claims.back": "they go back",
    "claims.equal": "they stand still",
    "claims.future": "they are longer than the page was open",
    "document.marked": (
        "The patient made a mark in place of writing the name. "
        "These people watched, and heard the patient agree: {names}."
    ),
    "document.spoken": (
        "The patient did not write. The patient said yes to this consent aloud. These people were there: {names}."
    ),
    "document.witness": "Witness",
    "document.witness.marked": "I saw the patient make this mark, and heard the patient agree.",
    "document.witness.spoken": "I heard the patient say yes to this consent.",
    "document.witness.proved": (
        "I was there when the patient agreed. Shown by this person's own sign-in name and secret, on the tablet."
    ),
    "event.Redrawn": "Signature box cleared and drawn in again",
    "pad.box": "Signature box. Draw here. “Type my name” above works without drawing.",
    "pad.here": "Sign here",
    "pad.ways": "How do you want to sign?",
    "pad.draw": "Draw my name",
    "pad.type": "Type my name",
    "pad.type_label": "Type your name as it is written here:",
    "pad.undo": "Undo",
    "pad.clear": "Clear",
    "pad.secret": "Your PIN or password",
    "pad.sign": "Sign",
    "pad.again": "Sign again",
    "pad.saving": "Saving…",
    "pad.offline": "Not saved yet: the connection was lost. Your signature is still here. Try again.",
    "pad.refused": "That was not signed, because something changed meanwhile. Look at the page as it is now.",
    "pad.asleep": "That was not signed: this screen had locked itself. Say who you are, then sign.",
    "pad.full": "The box is full. Touch Clear to start again.",
    "pad.pen": "You began with the pen. To use a finger, touch Clear first.",
    "pad.first_draw": "First draw your name in the box.",
    "pad.first_type": "First type your name.",
    "pad.first_secret": "Then give your PIN or password.",
    "pad.first_how": "First choose how you say yes.",
    "pad.first_mark": "First make your mark in the box.",
    "pad.first_witness": "Then those who watch sign above.",
    "sign.attest.witnesses": "It was signed before witnesses, as recorded: {names}.",
    "sign.down": "Go to the signature",
    "pad.help": "Help me sign",
    "pad.help_lead.1": (
        "You can make any mark, as an X, or say yes aloud. One person watches and signs too. It cannot be your doctor."
    ),
    "pad.help_lead.2": (
        "You can make any mark, as an X, or say yes aloud. Two people watch and sign too. They cannot be your doctor."
    ),
    "pad.hows": "How do you want to say yes?",
    "pad.help_mark": "I make a mark",
    "pad.help_aloud": "I say it aloud",
    "pad.aloud": "Say it in your own words, or like this:",
    "pad.mark_here": "Make your mark here",
    "pad.witness": "Witness",
    "pad.witness_staff": "I work here",
    "pad.witness_other": "I do not work here",
    "pad.witness_login": "Your sign-in name",
    "pad.witness_secret": "Your PIN or password",
    "pad.witness_name": "Your first and last name",
    "pad.witness_relation": "How do you know the patient? (daughter, friend, …)",
    "pad.witness_typed": "Sign in the box, or type your name once more:",
    "pad.witness_box": "Signature box of the witness. The line below it works without drawing.",
    "sign.already": "This was signed already.",
    "sign.already.by": "This was signed already: by {who}, {when}{where}. Nothing was changed.",
    "sign.already.patient": "the patient",
    "sign.already.where": ", on {device}",
    "witness.not_proved": "The witness was not believed: {why}",
}
