//! `user add`, `user role`: the operator of the machine keeps accounts.

use clap::Subcommand;

use super::workplace::Workplace;
use super::{Outcome, output};
use crate::journal::Actor;
use crate::kernel::Result;
use crate::people::{self, Role};

/// What can be done with users.
#[derive(Debug, Subcommand)]
pub enum User {
    /// Add a user; the password comes from RELIEF_LEDGER_PASSWORD or a prompt
    Add {
        /// Name at the door
        login: String,
        /// Name on paper
        #[arg(long)]
        name: String,
    },
    /// Give a user a role in a book
    Role {
        /// Whose
        login: String,
        /// clerk, reviewer, cashier, manager, auditor, administrator
        role: String,
        /// In which book
        #[arg(long)]
        book: String,
        /// Take the role away instead
        #[arg(long)]
        withdraw: bool,
    },
}

impl User {
    pub(super) async fn run(self, workplace: Workplace) -> Result<Outcome> {
        match self {
            Self::Add { login, name } => {
                let password = workplace.password(&login)?;
                people::add_user(&workplace.door, &login, &name, &password).await?;
                output::say(workplace.lang, "cli.user.added", &[("login", &login), ("name", &name)])?;
            }
            Self::Role { login, role, book, withdraw } => {
                let book = workplace.book(&book).await?;
                let role = Role::parse(&role)?;
                let ask = workplace.ask(&book, Actor::operator(), "user_role");
                if withdraw {
                    people::withdraw_role(&workplace.door, ask, &login, role).await?;
                } else {
                    people::give_role(&workplace.door, ask, &login, role).await?;
                }
                let key = if withdraw { "cli.user.role_withdrawn" } else { "cli.user.role_given" };
                output::say(workplace.lang, key, &[("login", &login), ("role", role.code()), ("book", &book.code)])?;
            }
        }
        Ok(Outcome::True)
    }
}
