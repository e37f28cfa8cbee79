"""What all searches found, judged together.

========== ===================================================================
confirming looked at again in the difference images
merged     the same mover found twice is one tracklet
========== ===================================================================
"""
