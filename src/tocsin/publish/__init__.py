"""Edition -> bytes: page, PDF, CAP, feeds, linked data, tables. Pure: same Edition, same bytes."""
