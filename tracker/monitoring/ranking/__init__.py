"""The ranking of bodies as it stands, and as it was frozen into editions."""
