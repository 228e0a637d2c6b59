"""Tables of physics: units, particles, decay strings. Data and look-ups only; nothing of the language's blocks."""
