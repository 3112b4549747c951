"""Labels: what is written in a drawing, what it means, and which mark it belongs to."""
