"""Days ahead, played in a copy: who would be told what."""
