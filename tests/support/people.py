"""The password of every person that a test registers."""

PASSWORD = "korotkij-utrennij-tuman"
