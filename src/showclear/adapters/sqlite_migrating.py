"""How do a journal's tables become those of this version, or of an earlier one?

* Alembic walks the versions in `migrations/`; it needs no alembic.ini.
* One walk is one transaction: a crash in the middle leaves the version that was there.
* Whoever waited while another program migrated finds nothing left to do.

Source: alembic.sqlalchemy.org, "Sharing a Connection across one or more programmatic
migration commands"; sqlalchemy.org, "Transactions with SQLite and the sqlite3 driver".
"""

from __future__ import annotations

import sqlite3
from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from showclear.adapters.sqlite_errors import nobody_knows, nothing_kept

SCRIPTS: Final = "showclear.adapters:migrations"


def migrate(link: sqlite3.Connection, *, to: str = "head") -> None:
    """Bring the tables to a version, forward or back.

    Args:
        link: An open connection in the driver's autocommit mode, outside of a transaction.
        to: A version of `REVISIONS`, `head` for the newest, `base` for no tables.

    Raises:
        StorageError: Nothing was changed.
        UnknownOutcomeError: Nobody knows; open the journal again.
    """
    # The engine borrows the one connection. It is not disposed of: that would close it.
    engine = create_engine("sqlite://", creator=lambda: link, poolclass=StaticPool)
    # Connecting rolls back once, so it has to come before our own BEGIN.
    with engine.connect() as connection:
        # Only SQLAlchemy's own count: where it sees a transaction, Alembic commits nothing. The
        # driver's autocommit mode sends no BEGIN for it, so ours is the only one.
        connection.begin()
        try:
            link.execute("BEGIN IMMEDIATE")
            _walk(connection, to)
        except BaseException as error:
            if link.in_transaction:
                link.execute("ROLLBACK")
            cause = error.orig if isinstance(error, DBAPIError) else error
            if isinstance(cause, sqlite3.Error):
                raise nothing_kept(cause) from error
            raise
        try:
            link.execute("COMMIT")
        except sqlite3.Error as error:
            raise nobody_knows(error) from error


def _walk(connection: Connection, to: str) -> None:
    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    config.attributes["connection"] = connection
    # A version ahead is reached by going up. One behind was passed already, and Alembic then
    # leaves all as it is.
    if to != "base":
        command.upgrade(config, to)
    if to != "head":
        command.downgrade(config, to)
