"""The addresses of the door. Who may ask for them is the guard's to say."""

from starlette.routing import Route

from consent.web import documents, drawings, handover, health, paper, register, sign_in, signing, unlock, verify

ROUTES = [
    Route("/healthz", health.health, methods=["GET"]),
    Route("/drawings/{drawing}.svg", drawings.drawing, methods=["GET"]),
    Route("/sign-in", sign_in.show, methods=["GET"]),
    Route("/sign-in", sign_in.enter, methods=["POST"]),
    Route("/verify", verify.show, methods=["GET"]),
    Route("/verify", verify.ask, methods=["POST"]),
    Route("/unlock", unlock.show, methods=["GET"]),
    Route("/unlock", unlock.enter, methods=["POST"]),
    Route("/door", handover.door, methods=["POST"]),
    Route("/staff", handover.staff, methods=["GET"]),
    Route("/staff", handover.take_back, methods=["POST"]),
    Route("/api/sign/patient", signing.patient, methods=["POST"]),
    Route("/api/sign/clinician", signing.clinician, methods=["POST"]),
    Route("/paper/{day}.pdf", paper.packets, methods=["GET"]),
    Route("/register.csv", register.export, methods=["POST"]),
    Route("/log.checkpoint", documents.checkpoint, methods=["GET"]),
    Route("/documents/{digest}.pdf", documents.pdf, methods=["GET"]),
    Route("/documents/{digest}/large-print.pdf", documents.large, methods=["GET"]),
]
