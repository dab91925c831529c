//! Figures as of a date and at a position: totals, trial balance, verification.
