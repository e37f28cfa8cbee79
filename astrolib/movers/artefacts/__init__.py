"""What frames and differences show and is no mover.

========= ====================================================================
leftovers variables, the trails of satellites, and what is left of stars
ghosts    reflections of bright stars
========= ====================================================================
"""
