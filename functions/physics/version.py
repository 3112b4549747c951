"""The version of what draws pictures of a motion."""

PICTURES_VERSION = 1
"""Part of the key that names drawn pictures, so that a change is seen: raise it with each."""
