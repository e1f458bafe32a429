"""The archive: the ledger and what stands beside it, on SQLite or PostgreSQL (docs/adr/0004-store.md)."""
