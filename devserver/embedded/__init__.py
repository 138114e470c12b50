"""A private PostgreSQL and Valkey from their wheels, where the environment names none."""
