class BackupError(Exception):
    """A backup or a restoration that cannot be done; the text is for the operator."""
