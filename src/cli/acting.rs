//! Arguments that many commands share: who acts in which book, and what another person says of what waits.

use clap::Args;

use super::Format;
use super::workplace::Workplace;
use crate::journal::{Actor, Head};
use crate::kernel::Result;

/// In which book, as whom, and how to print.
#[derive(Debug, Args)]
pub struct Acting {
    /// The book
    #[arg(long)]
    book: String,
    /// Who acts
    #[arg(long = "as")]
    login: String,
    /// text or json
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Acting {
    /// The book and the person, after the password was checked.
    pub(super) async fn seat(&self, workplace: &Workplace) -> Result<(Head, Actor)> {
        let head = workplace.book(&self.book).await?;
        Ok((head, workplace.person(&self.login).await?))
    }

    /// The book.
    pub(super) async fn book(&self, workplace: &Workplace) -> Result<Head> {
        workplace.book(&self.book).await
    }

    /// How to print.
    pub(super) const fn format(&self) -> Format {
        self.format
    }

    /// Whether a program reads what is printed.
    pub(super) fn is_json(&self) -> bool {
        self.format == Format::Json
    }
}

/// Another person's yes to what waits.
#[derive(Debug, Args)]
pub struct Approving {
    /// Its number
    pub id: i64,
    #[command(flatten)]
    pub acting: Acting,
    /// Only if it has this digest
    #[arg(long)]
    pub digest: Option<String>,
}

/// Another person's no to what waits, or the wish to have undone what stands.
#[derive(Debug, Args)]
pub struct Refusing {
    /// Its number
    pub id: i64,
    #[command(flatten)]
    pub acting: Acting,
    /// Why
    #[arg(long)]
    pub reason: String,
}

/// A list of a book.
#[derive(Debug, Args)]
pub struct Listing {
    /// The book
    #[arg(long)]
    pub book: String,
    /// text or json
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}
