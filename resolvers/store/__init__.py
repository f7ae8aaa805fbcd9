"""The database: tables, engine, migrations, seeds and the journal."""
