//! The command line.

mod demo {
    mod seed;
    mod story;
}
