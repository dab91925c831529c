//! What stands in a report, how it is rounded, when it is due and what changed since it was filed. Pure.

mod due;
mod layout;
mod line;
mod publish;
mod report;
mod rounding;

pub use due::{Duty, FilingState, Obligation, obligations};
pub use layout::{Column, Kind, Layout, Measure, Source, Span, Words};
pub use line::{Balanced, Line, Sums};
pub use publish::published_number;
pub use report::{Adjustment, Cell, Report, Row, adjustments, may_be_filed};
pub use rounding::{Figure, difference, parse_unit, unit_code};
