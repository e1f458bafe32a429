"""``python -m consent``: the same verbs without a browser."""

import sys

from consent import logs
from consent.cli import main

if __name__ == "__main__":
    logs.start()
    sys.exit(main(sys.argv[1:]))
