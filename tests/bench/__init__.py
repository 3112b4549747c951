"""Ratios, not times: both sides of each run alternately in one process on the same machine."""
