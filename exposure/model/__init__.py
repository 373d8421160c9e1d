"""The arithmetic of many drawn worlds at once, and the distributions behind it."""
