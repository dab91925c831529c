//! A progress bar on a terminal, silence elsewhere.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar over `total` steps, hidden unless standard error is a terminal.
pub fn bar(total: u64, what: String) -> ProgressBar {
    let bar = ProgressBar::new(total);
    let style = ProgressStyle::with_template("{msg} [{bar:40}] {pos}/{len} {per_sec} {eta}");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar.set_message(what);
    bar
}
