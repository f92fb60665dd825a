"""Risk with a record: features, models and baselines, a backtest that cannot look ahead, scores, and a register."""
