"""Every write of the certificates, by topic."""
