"""Local BOSS: headers with the real names, an implementation behind them, and the code that builds packages against it."""
