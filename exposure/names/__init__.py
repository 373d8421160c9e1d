"""Which company or programme a name means."""
