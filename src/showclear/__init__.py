"""Showclear keeps dangerous moments on a film set under control, in the open."""
