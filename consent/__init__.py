"""Informed consent at the bedside: understood, signed, and provable years later.

The rooms of this house and which may import which are drawn in docs/house.md.
"""
