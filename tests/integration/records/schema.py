"""What of a schema older code relies on, read from a database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shared.database import Queries


@dataclass(frozen=True)
class Column:
    """One column; `filled` says whether a row may be inserted without naming it."""

    type: str
    nullable: bool
    filled: bool


@dataclass(frozen=True)
class Schema:
    """Columns by table and name; rules (checks, keys, unique indexes) and what they bind."""

    columns: dict[tuple[str, str], Column]
    rules: dict[tuple[str, str], frozenset[str]]

    @property
    def tables(self) -> set[str]:
        """The names of the tables."""
        return {table for table, _ in self.columns}


_COLUMNS = """
    SELECT table_name, column_name, data_type, is_nullable = 'YES' AS nullable,
           column_default IS NOT NULL OR is_identity = 'YES' OR is_generated = 'ALWAYS' AS filled
    FROM information_schema.columns WHERE table_schema = 'public'
"""
_RULES = """
    SELECT conrelid::regclass::text AS table_name, pg_get_constraintdef(oid) AS rule,
           ARRAY(SELECT attname::text FROM pg_attribute
                 WHERE attrelid = conrelid AND attnum = ANY (conkey)) AS columns
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
    UNION
    SELECT indrelid::regclass::text, pg_get_indexdef(indexrelid),
           ARRAY(SELECT attname::text FROM pg_attribute
                 WHERE attrelid = indrelid AND attnum = ANY (indkey))
    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE indisunique AND relnamespace = 'public'::regnamespace
"""


def read_schema(queries: Queries) -> Schema:
    """The schema as it is."""
    columns = {
        (row["table_name"], row["column_name"]): Column(
            row["data_type"], row["nullable"], row["filled"]
        )
        for row in queries.fetch_all(_COLUMNS)
    }
    rules = {
        (row["table_name"], row["rule"]): frozenset(row["columns"])
        for row in queries.fetch_all(_RULES)
    }
    return Schema(columns, rules)


def breaks(before: Schema, after: Schema) -> Iterator[str]:
    """What code that was written for the schema before can't live with after."""
    for (table, name), column in before.columns.items():
        now = after.columns.get((table, name))
        if now is None:
            yield f"{table}.{name} is gone"
        elif now.type != column.type:
            yield f"{table}.{name} was {column.type} and is {now.type}"
        elif column.nullable and not now.nullable:
            yield f"{table}.{name} may not be null any more"
        elif column.filled and not now.filled:
            yield f"{table}.{name} has no default any more"
    for (table, name), column in after.columns.items():
        new = table in before.tables and (table, name) not in before.columns
        if new and not column.nullable and not column.filled:
            yield f"{table}.{name} is new and must be given"
    for (table, rule), names in after.rules.items():
        old = {column for of, column in before.columns if of == table}
        if table in before.tables and (table, rule) not in before.rules and names <= old:
            yield f"{table} has a new rule on old columns: {rule}"
