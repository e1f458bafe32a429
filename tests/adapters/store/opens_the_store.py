"""Opens a store as soon as its input ends, and says how that went.

python opens_the_store.py URL
"""

import sys

from consent.errors import ConsentError
from consent.store.engine import open_store

print("ready", flush=True)
sys.stdin.read()
try:
    open_store(sys.argv[1], mode="demo").close()
except ConsentError as error:
    print(type(error).__name__, error, flush=True)
else:
    print("open", flush=True)
