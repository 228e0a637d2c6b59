"""What is different between two programs: in what they mean, and in the events they select.

In: two programs (IR), two runs on the same events. Out: changes as data. The text of the programs is never compared: what is formatted, named or left to the standards in another way, and
means the same, is no change.
"""
