"""Movers: what moved between the frames of a night, known or new, and the formats in which it is reported.

Each part knows those above it alone.

========== ===================================================================
frames     the frames of a field, made ready and laid on one grid
tracklets  the tables of what is found, and of what is removed
difference what a frame shows that the others do not
artefacts  what of that is no mover
ordinary   sources of each frame, linked
deep       difference images, summed along paths
trails     fast movers, found and linked by their trails
slow       movers that hardly leave their own image
judging    what these four found: confirmed, and each mover once
search     all of it, on one field
planted    movers and decoys planted to test a search, and a person
known      which tracklets are known objects
blink      what a person looks at to validate them
night      all fields of a night
formats    what the Minor Planet Center reads and writes
========== ===================================================================
"""
