"""The first start in production: a one-time token on the console, instead of a default account.

Decides nothing. Refuses to print anything once there is an account.
"""

import sys

from consent.words import say
from consent.workflow import accounts
from consent.workflow.desk import Desk


def announce(desk: Desk) -> None:
    """Print how to make the first administrator, when nobody has an account yet (catalogue K7)."""
    if desk.clinic.mode == "production" and not desk.people.all():
        sys.stderr.write(say("first.announce", token=accounts.first_token(desk)) + "\n")
