"""The seed tables: their contracts, their files and the rules across rows."""
