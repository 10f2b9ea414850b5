"""Where Alembic finds the connection that it migrates.

The caller opens it and holds the transaction; see `sqlite_migrating`.
"""

from __future__ import annotations

from alembic import context

from showclear.adapters.sqlite_tables import TABLES


def run() -> None:
    """Run the migrations that Alembic chose on the caller's connection."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=TABLES,
        # The caller's BEGIN and COMMIT stand around all versions.
        transactional_ddl=False,
    )
    context.run_migrations()


# Alembic loads this file by its path, under this name; whoever imports it otherwise, such as
# a search for doctests, has no migration to run.
if __name__ == "env_py":
    run()
