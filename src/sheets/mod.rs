//! Tables of any kind: an uploaded file's bytes as a grid of cells, whatever the format, its bad cells with line, column
//! and value; and a workbook written.
//!
//! Bytes are text (`text`, `delimited`) or a workbook (`package`, `workbook`, `number`), both are a grid of rows (`cell`).
//! What a column means is said elsewhere. Nothing here knows of the book, the network or the time.

mod cell;
mod delimited;
mod fault;
mod magic;
mod number;
mod package;
mod shown;
mod text;
mod workbook;
mod writer;

pub use cell::{Cell, Grid, Kind, Row};
pub use delimited::{Delimited, Delimiter};
pub use fault::{BadCell, Faults, shortened};
pub use magic::workbook_format;
pub use shown::{Meant, shape_fault, shown};
pub use text::{Encoding, decode, decode_as, decode_declared};
pub use workbook::{Format, SheetInfo, Workbook};
pub use writer::SheetWriter;
