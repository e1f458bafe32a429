"""``python -m consent``: the same verbs without a browser."""

import sys

from consent.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
