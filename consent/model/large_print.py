"""The copy of a finished document for somebody who cannot read small type.

Decides what stands in it: the very blocks that were sealed, below what says that this is a copy, and of what.

Invariants:
- Every page says that it is a copy, and of which document; the first page names its whole digest.

Refuses to leave out or add a block of the document's own, and to call itself the sealed document.
"""

from consent.model import blocks as b
from consent.words import say


def large_print(sealed: b.Document, *, digest: str) -> b.Document:
    """The copy of a finished document for large print: its very blocks, below what says that this is a copy.

    Args:
        sealed: The document as it was sealed.
        digest: The digest of its file, by which the original is found.
    """
    title, *rest = sealed.blocks
    mark = say("document.copy.mark", digest=digest[:12])
    return sealed.model_copy(
        update={
            "title": f"{say('document.copy')}: {sealed.title}",
            "head": sealed.head.model_copy(
                update={"banner": ". ".join(part for part in (sealed.head.banner, mark) if part)}
            ),
            "blocks": (
                title,
                b.Paragraph(text=say("document.copy.of", digest=digest), strong=True),
                b.Paragraph(text=say("document.copy.what")),
                *rest,
            ),
        }
    )
