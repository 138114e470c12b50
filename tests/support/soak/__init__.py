"""Kills parts of the running product under load, and compares what it has with what it promised.

`stack` runs the processes, `load` is the people, `journal` remembers what they were promised,
`kinds` are the ways to do harm, `invariants` compares, `rounds` plays a round, `totals` adds up.
"""
