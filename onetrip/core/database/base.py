"""Django's engine for PostgreSQL, without what it does for every request where once is enough.

Django looks for `DatabaseWrapper` in a module of this name. Everything else is its own.
"""

from typing import Any, ClassVar

from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base
from django.db.backends.utils import debug_transaction
from psycopg import Connection, IsolationLevel, OperationalError
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus
from psycopg_pool import ConnectionPool

Pool = ConnectionPool[Connection[Any]]


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's connection, out of a pool that looks at each before it is handed out.

    psycopg's connection stays in autocommit, and the words that begin and end a transaction are said in one call of
    libpq each: psycopg takes locks and starts a wait for every change of mode.
    """

    _connection_pools: ClassVar[dict[str, Pool]]  # Django's; the stubs know of no pools
    _configure_connection: Any

    @property
    def pool(self) -> Pool | None:
        return self._connection_pools.get(self.alias) or self._new_pool()

    def _new_pool(self) -> Pool | None:
        sizes = self.settings_dict["OPTIONS"].get("pool")
        if self.alias == NO_DB_ALIAS or not sizes:
            return None
        pool = Pool(
            kwargs={**self.get_connection_params(), "autocommit": True},
            open=False,
            configure=self._configure_connection,
            check=look_at,
            **sizes,
        )
        return self._connection_pools.setdefault(self.alias, pool)  # another thread may have been faster

    def get_connection_params(self) -> dict[str, Any]:
        pool = self._connection_pools.get(self.alias)
        if pool is None:
            params: dict[str, Any] = super().get_connection_params()
            return params
        return {name: value for name, value in pool.kwargs.items() if name != "autocommit"}  # type: ignore[union-attr]

    def get_new_connection(self, conn_params: dict[str, Any]) -> "Connection[Any]":
        pool = self._connection_pools.get(self.alias)
        if pool is None or pool.closed:  # Django makes it, and opens it
            made: Connection[Any] = super().get_new_connection(conn_params)
            return made
        self.isolation_level = IsolationLevel.READ_COMMITTED
        return pool.getconn()

    def _set_autocommit(self, autocommit: bool) -> None:
        if not autocommit:
            with self.wrap_database_errors:
                self._say(b"BEGIN")

    def _commit(self) -> None:
        if self.connection is not None:
            with debug_transaction(self, "COMMIT"), self.wrap_database_errors:
                self._say(b"COMMIT")

    def _rollback(self) -> None:
        if self.connection is not None:
            with debug_transaction(self, "ROLLBACK"), self.wrap_database_errors:
                self._say(b"ROLLBACK")

    def _say(self, word: bytes) -> None:
        libpq = self.connection.pgconn
        result = libpq.exec_(word)
        if result.status == ExecStatus.COMMAND_OK:
            return
        if libpq.status == ConnStatus.BAD:
            raise OperationalError(result.get_error_message("utf-8"))
        raise error_from_result(result, "utf-8")


def look_at(connection: "Connection[Any]") -> None:
    """Raise OperationalError where the connection has ended: one empty question, answered by the server.

    As ``ConnectionPool.check_connection``, without a cursor for it.
    """
    if connection.pgconn.exec_(b"").status != ExecStatus.EMPTY_QUERY:
        raise OperationalError("the connection has ended")
