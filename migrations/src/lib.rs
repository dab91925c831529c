//! The steps by which the tables came to be. Frozen once released; raw names only, so that a step never
//! changes because the program did.
//!
//! Two sets: the book (everything that replay rebuilds, and the stored contents) and the office (accounts,
//! sessions, access log). On SQLite they are two files, on PostgreSQL two migration tables of one database.

use sea_orm_migration::prelude::*;

mod ddl;
mod m001_journal;
mod m002_funds;
mod m003_recipients;
mod m004_grants;
mod m005_imports;
mod m006_payments;
mod m007_settings;
mod m008_periods;
mod m009_vouchers;
mod m010_recoveries;
mod m011_instalments;
mod m012_statements;
mod m013_statements;
mod m014_receipts;
mod m017_reports;
mod m018_samples;
mod m020_bookings;
mod m021_vouchers_taken_back;
mod m022_order_differs;
mod m023_inquiries;
mod m026_documents;
mod m027_publications;
mod o001_office;

/// Steps of the book database.
pub struct Books;

#[async_trait::async_trait]
impl MigratorTrait for Books {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m001_journal::Step),
            Box::new(m002_funds::Step),
            Box::new(m003_recipients::Step),
            Box::new(m004_grants::Step),
            Box::new(m005_imports::Step),
            Box::new(m006_payments::Step),
            Box::new(m007_settings::Step),
            Box::new(m008_periods::Step),
            Box::new(m009_vouchers::Step),
            Box::new(m010_recoveries::Step),
            Box::new(m011_instalments::Step),
            Box::new(m012_statements::Step),
            Box::new(m013_statements::Step),
            Box::new(m014_receipts::Step),
            Box::new(m017_reports::Step),
            Box::new(m018_samples::Step),
            Box::new(m020_bookings::Step),
            Box::new(m021_vouchers_taken_back::Step),
            Box::new(m022_order_differs::Step),
            Box::new(m023_inquiries::Step),
            Box::new(m026_documents::Step),
            Box::new(m027_publications::Step),
        ]
    }

    fn migration_table_name() -> DynIden {
        Alias::new("book_migrations").into_iden()
    }
}

/// Steps of the office database.
pub struct Office;

#[async_trait::async_trait]
impl MigratorTrait for Office {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(o001_office::Step)]
    }

    fn migration_table_name() -> DynIden {
        Alias::new("office_migrations").into_iden()
    }
}
