//! Files out: the same bytes for the same book, filters, as_of and at.
