"""What somebody does who wants to come in, to read what is not theirs, or to make somebody else act."""
