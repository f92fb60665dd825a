"""The parts of `benchmarks/forecast.py`: each measures one target and gives the rows of the table that are its own."""
