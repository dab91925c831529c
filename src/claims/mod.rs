//! Statements 表述: sentences with figures, as newspapers and work reports print them, held against the book.

mod rules;
