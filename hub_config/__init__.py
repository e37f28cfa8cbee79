"""The hub: who may log in, where each person's server runs, and what is started beside it.

`jupyterhub_config.py` wires the modules of this package together; it starts astrolib, and never imports it.
"""
