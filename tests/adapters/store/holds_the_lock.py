"""Holds the write lock of a database until its input ends.

python holds_the_lock.py URL
"""

import sqlite3
import sys

import psycopg

url = sys.argv[1]
if url.startswith("sqlite"):
    held: sqlite3.Connection | psycopg.Connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    held.execute("BEGIN IMMEDIATE")
else:
    held = psycopg.connect(url)
    held.execute("LOCK TABLE event IN ACCESS EXCLUSIVE MODE")
print("held", flush=True)
sys.stdin.read()
