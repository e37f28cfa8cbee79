"""What a search gives: the tables of detections and tracklets, and of what was removed.

======= ======================================================================
tables  their columns
path    straight and curved paths, with errors
rows    what was measured on the pixels, as rows
named   names that no other run gives
======= ======================================================================
"""
