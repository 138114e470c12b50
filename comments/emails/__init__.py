"""E-mails about comments, queued in the transaction of the act that they are about."""
