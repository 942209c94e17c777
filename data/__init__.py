"""KEEP: what is kept, and the only place that knows DuckDB.

`schema.sql` is the document to read first. Every question to the database is one short function that takes an open
connection (`db`) and is named after its answer; `store` hands out the connections.

Importing this package comes before importing DuckDB, in every process: see `data.memory`.
"""

from data import memory

memory.clear_what_duckdb_takes()
