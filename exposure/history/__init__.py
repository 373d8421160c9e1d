"""What changed between two rankings, and how forecasts were revised."""
