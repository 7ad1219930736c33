"""Who will not order again, and why: from a log of purchases to a probability, a value and sentences.

`reasons` is for everyone; the other modules import numpy and belong to commands and child processes.
"""
