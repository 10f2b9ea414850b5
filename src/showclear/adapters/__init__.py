"""What touches the world outside: files, so far. Used by entry points only."""
