//! Bookings of statement lines that were withdrawn: a line, an entry and a receipt are each booked once at a time.

crate::ddl::step!(
    "ALTER TABLE line_bookings ADD COLUMN withdrawn_at {INT}",
    "ALTER TABLE line_bookings ADD COLUMN withdrawn_by {TXT}",
    "ALTER TABLE line_bookings ADD COLUMN withdrawn_person {TXT}",
    "ALTER TABLE line_bookings ADD COLUMN withdrawn_because {TXT}",
    "DROP INDEX ux_line_bookings_line",
    "DROP INDEX ux_line_bookings_entry",
    "DROP INDEX ux_line_bookings_receipt",
    "CREATE UNIQUE INDEX ux_line_bookings_line ON line_bookings (book_id, line_id) WHERE withdrawn_at IS NULL",
    "CREATE UNIQUE INDEX ux_line_bookings_entry ON line_bookings (book_id, entry)
        WHERE entry IS NOT NULL AND withdrawn_at IS NULL",
    "CREATE UNIQUE INDEX ux_line_bookings_receipt ON line_bookings (book_id, receipt)
        WHERE receipt IS NOT NULL AND withdrawn_at IS NULL",
);
