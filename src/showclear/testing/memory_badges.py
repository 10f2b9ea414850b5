"""Badges kept in memory, for tests: as durable as the process."""

from __future__ import annotations

from showclear.app.badges import Held, KeptBadges


class MemoryBadges:
    """Badges in memory. Keeps what it was given, not the object it was given."""

    def __init__(self) -> None:
        """Begin with nothing kept."""
        self._kept: KeptBadges | None = None

    def read(self) -> KeptBadges | None:
        """Return what was written last. See `BadgeStore`."""
        return self._kept

    def write(self, kept: KeptBadges) -> None:
        """Keep this in place of what was there. See `BadgeStore`."""
        people: dict[str, Held] = dict(kept.people)
        self._kept = KeptBadges(salt=kept.salt, people=people)
