"""Scored objects, the trail of every cut, and what checks them."""
