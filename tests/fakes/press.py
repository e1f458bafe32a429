"""A press that prints canonical JSON instead of PDF: same document, same bytes."""

from collections.abc import Callable, Mapping, Sequence

from consent.errors import Broken
from consent.model import canon
from consent.model.blocks import Document
from consent.ports import Attachment

BEYOND = "\uffff"


class FakePress:
    """The port ``Press``. It has no sign for anything beyond U+FFFF; ``faults`` are raised, one a build."""

    def __init__(self) -> None:
        self.built = 0
        self.faults: list[Exception] = []
        self.finding = ""
        self.meanwhile: list[Callable[[], object]] = []

    def build(self, document: Document, attached: Sequence[Attachment] = ()) -> bytes:
        while self.meanwhile:
            self.meanwhile.pop()()
        if self.faults:
            raise self.faults.pop(0)
        self.built += 1
        inside = b"".join(b"\n%s %s" % (one.name.encode(), one.content) for one in attached)
        return b"%PDF-fake\n" + canon.canonical(document.model_dump(mode="json")) + inside

    def enlarge(self, document: Document) -> bytes:
        return b"%PDF-fake in large print\n" + canon.canonical(document.model_dump(mode="json"))

    def bind(self, documents: Sequence[Document], *, title: str) -> bytes:
        bound: canon.Json = {"title": title, "documents": [one.model_dump(mode="json") for one in documents]}
        return b"%PDF-fake bound\n" + canon.canonical(bound)

    def check(self, pdf: bytes) -> None:
        if self.finding or not pdf.startswith(b"%PDF-fake"):
            raise Broken(self.finding or "This is not a file of ours.")

    def attached(self, pdf: bytes) -> Mapping[str, bytes]:
        parts = [line.partition(b" ") for line in pdf.splitlines()[2:]]
        return {name.decode(): content for name, _, content in parts}

    def spoken(self, pdf: bytes) -> tuple[str, ...]:
        return (pdf.decode(errors="replace"),)

    def unprintable(self, text: str) -> tuple[str, ...]:
        return tuple(sorted({char for char in text if char > BEYOND}))
