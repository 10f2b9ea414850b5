"""A tamper-evident log in public formats: bytes in, proofs out. It knows no weapon."""
