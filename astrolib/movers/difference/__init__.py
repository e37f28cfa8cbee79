"""Difference images: what a frame shows that the others of its field do not.

============= ================================================================
saturated     the cores of saturated stars, put back from their wings
matched       frames convolved so that all have one profile
static_sky    the mean of the other frames
residual      what is left of stars after the subtraction
cells         the smooth background, and the scatter, of an image
subtraction   all of it: the difference, with honest noise
peaks         its local maxima
interpolation an image between its pixels
measuring     places and fluxes along a path
own_profile   a trail in the profile of each frame
significance  whether the frames show one object of one flux beyond chance
============= ================================================================
"""
