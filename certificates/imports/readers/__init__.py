"""Read tables of any format as rows of text. Run as a program, so nothing here imports Django."""
