"""Labels: what is written in a drawing, what it means, and which mark it belongs to.

Nothing is imported here: the grammar and its vocabulary are also used where there is no OpenCV.
"""
