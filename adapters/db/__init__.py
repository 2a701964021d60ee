"""Durable state: SQLModel rows, repositories and Alembic migrations."""
