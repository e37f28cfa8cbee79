"""What frames and differences show and is no mover.

========== ===================================================================
lines      the straight trails of satellites
stars      variables, and what lies on a star
leftovers  what the subtraction leaves: restless, crowded, or still
marks      where nothing is looked for any more
taking_out all of it, with the rows of what was removed
ghosts     reflections of bright stars
========== ===================================================================
"""
