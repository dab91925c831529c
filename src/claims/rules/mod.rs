//! Reading and judging a statement. Pure: a text, the names of the book and a calendar go in; what each figure stands
//! for, when, of whom and whether it is true comes out.

mod apart;
mod before;
mod bind;
mod context;
mod cues;
mod elsewhere;
mod english;
mod english_period;
mod figure;
mod inside;
mod judge;
mod lists;
mod parts;
mod period;
mod policies;
mod policies_told;
mod qualifier;
mod range;
mod said;
mod scope;
mod sentences;
mod shares;
mod table;
mod text;
mod tokens;
mod unit_told;
mod unknown;
mod whose;
mod written;

pub use bind::{Binding, CHARS_MAX, Claim, in_time, read, rebind};
pub use context::{Measure, Reason};
pub use figure::{Kind, Qualifier};
pub use judge::{
    Exact, Judged, Verdict, decimal, inclusive_high, inclusive_low, is_far_off, judge, micro_of, over_all,
};
pub use period::{Calendar, Span};
pub use scope::{Names, PolicyName, Scope};
pub use written::ONE;
