"""The DuckDB database: connecting, publishing, the SQL views, building and asking."""
