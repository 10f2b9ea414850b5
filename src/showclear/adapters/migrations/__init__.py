"""The versions of the journal's tables, and how each comes from the one before.

A version is never changed once it was released: journals that have it exist.
"""
