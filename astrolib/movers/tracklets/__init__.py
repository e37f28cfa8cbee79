"""What a search gives: the tables of detections and tracklets, and of what was removed.

======= ======================================================================
tables  their columns
path    straight and curved paths, with errors
found   detections and tracklets as they were measured on the pixels
rows    the same as rows of the tables
removed rows of what was removed
named   names that no other run gives
======= ======================================================================
"""
