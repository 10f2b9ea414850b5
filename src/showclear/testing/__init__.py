"""Days that were never shot: what a set could also have said, and what a machine could spoil.

A compliant day is told in other ways that are just as careful (`perturb`), or loses one
careful act (`left_out`), and a record is damaged in one place (`damage`). Everything
follows from the seed that is given, so that whoever reads of a failure can see it happen
again. Nothing here reads a clock or a file.
"""
