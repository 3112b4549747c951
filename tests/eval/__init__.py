"""How well drawings are read: the drawing machine's truth against what the reader makes of it."""
