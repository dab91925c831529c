//! How much of a voucher a red one takes back: all of it, or a part. Of reversals recorded before this it is unknown (0).

crate::ddl::step!("ALTER TABLE voucher_reversals ADD COLUMN taken_fen {INT} NOT NULL DEFAULT 0");
