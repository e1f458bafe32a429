"""The page of ``habits.py`` with our content policy on every answer, and nothing else of our door (F23)."""

from pathlib import Path

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from consent.web.headers import policy_of

POLICY = policy_of(Path(st.__file__).parent / "static")


class Policed:
    """Puts the policy on what the app answers."""

    def __init__(self, inner: ASGIApp) -> None:
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on."""

        async def policed(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["content-security-policy"] = POLICY
            await send(message)

        await self._inner(scope, receive, policed)


app = st.App(Path(__file__).parent / "habits.py", middleware=[Middleware(Policed)])
