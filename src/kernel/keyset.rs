//! Pages of a list that is read from a place on, not by counting what was passed: forwards behind a row, backwards
//! before one.

/// Where a page of a list lies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Near<C> {
    /// At the beginning.
    #[default]
    Start,
    /// Behind this row.
    After(C),
    /// Before this row.
    Before(C),
}

/// A page, and whether there is more around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut<R> {
    /// The rows, in the order of the list.
    pub rows: Vec<R>,
    /// Whether there are rows before them.
    pub has_previous: bool,
    /// Whether there are rows behind them.
    pub has_next: bool,
}

impl<C> Near<C> {
    /// The place that an address names; where it names both, the rows before count.
    pub fn of(after: Option<C>, before: Option<C>) -> Self {
        match (after, before) {
            (_, Some(row)) => Self::Before(row),
            (Some(row), None) => Self::After(row),
            (None, None) => Self::Start,
        }
    }

    /// The row beside which the page lies.
    pub const fn row(&self) -> Option<&C> {
        match self {
            Self::Start => None,
            Self::After(row) | Self::Before(row) => Some(row),
        }
    }

    /// Whether rows are read against the order of the list.
    pub const fn is_back(&self) -> bool {
        matches!(self, Self::Before(_))
    }

    /// Whether it is the beginning of the list.
    pub const fn is_start(&self) -> bool {
        matches!(self, Self::Start)
    }

    /// Makes the page out of what was read from the place on: `limit` rows, and one more if there is one.
    pub fn cut<R>(&self, mut read: Vec<R>, limit: usize) -> Cut<R> {
        let has_more = read.len() > limit;
        read.truncate(limit);
        let is_back = self.is_back();
        if is_back {
            read.reverse();
        }
        let (has_previous, has_next) = if is_back { (has_more, true) } else { (!self.is_start(), has_more) };
        Cut { rows: read, has_previous, has_next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a list of numbers as a store does.
    fn page(near: Near<u32>, limit: usize) -> Cut<u32> {
        let list = 1..=7;
        let read: Vec<u32> = match near {
            Near::Start => list.take(limit + 1).collect(),
            Near::After(row) => list.filter(|n| *n > row).take(limit + 1).collect(),
            Near::Before(row) => list.rev().filter(|n| *n < row).take(limit + 1).collect(),
        };
        near.cut(read, limit)
    }

    #[test]
    fn forwards_and_backwards_meet_the_same_rows() {
        let first = page(Near::Start, 3);
        assert_eq!((first.rows.as_slice(), first.has_previous, first.has_next), (&[1, 2, 3][..], false, true));
        let second = page(Near::After(3), 3);
        assert_eq!((second.rows.as_slice(), second.has_previous, second.has_next), (&[4, 5, 6][..], true, true));
        let last = page(Near::After(6), 3);
        assert_eq!((last.rows.as_slice(), last.has_previous, last.has_next), (&[7][..], true, false));
        assert_eq!(page(Near::Before(7), 3), second);
        let back = page(Near::Before(4), 3);
        assert_eq!((back.rows, back.has_previous, back.has_next), (vec![1, 2, 3], false, true));
    }

    #[test]
    fn an_address_names_one_place() {
        assert_eq!(Near::of(None::<u32>, None), Near::Start);
        assert_eq!(Near::of(Some(3), None).row(), Some(&3));
        assert!(Near::of(Some(3), Some(9)).is_back());
    }
}
