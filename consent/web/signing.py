"""Where signatures come in, beside Streamlit, whose scripts can be stopped half-way or started twice (F8, F9).

Invariants:
- Who signs comes from the session, never from the request; each kind of signer has an address of its own (T3).
- The body stays raw: at most 256 KiB, parsed strictly by the desk.
- The key of this presentation makes a repeat safe: same key and body, same answer.
"""

from collections.abc import Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from consent.errors import BadInput
from consent.web import body, threads
from consent.web.answers import in_json
from consent.web.whence import address_of
from consent.web.worker import WORKER
from consent.wiring import desk
from consent.words import say
from consent.workflow.sign import attest, sign_as_patient

LIMIT = 256 * 1024
LONGEST_KEY = 128


@in_json
async def patient(request: Request) -> Response:
    """The patient signs."""
    return await _sign(request, partial(sign_as_patient, address=address_of(request)))


@in_json
async def clinician(request: Request) -> Response:
    """The clinician attests."""
    return await _sign(request, attest)


async def _sign(request: Request, verb: Callable[..., str]) -> Response:
    key = request.headers.get("idempotency-key", "")
    if not 0 < len(key) <= LONGEST_KEY:
        raise BadInput(say("door.wrong_type"))
    raw = await body.read(request, limit=LIMIT, kind=body.JSON_TYPE)
    answer = await threads.secret(verb, desk(), request.scope["consent.visit"], presentation=key, body=raw)
    WORKER.wake()
    return Response(answer, media_type=body.JSON_TYPE)
