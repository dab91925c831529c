//! The command line.

mod demo {
    //! The demonstration book.
    mod seed;
    mod story;
}
