//! What a person may do in a book.

use crate::kernel::Refusal;

/// A role in a book. A person may hold several; none holds in two books.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// 经办: prepares.
    Clerk,
    /// 复核: approves and refuses what somebody else prepared.
    Reviewer,
    /// 支付: builds batches and loads bank returns.
    Cashier,
    /// 业务主管: keeps policies and budgets.
    Manager,
    /// 审计: reads everything, checks, downloads, changes nothing.
    Auditor,
    /// 系统管理员: keeps users and settings, sees no grant.
    Administrator,
}

impl Role {
    /// All roles, in the order of the work.
    pub const ALL: [Self; 6] =
        [Self::Clerk, Self::Reviewer, Self::Cashier, Self::Manager, Self::Auditor, Self::Administrator];

    /// The roles that see grants: all but a pure administrator.
    pub const READERS: [Self; 5] = [Self::Clerk, Self::Reviewer, Self::Cashier, Self::Manager, Self::Auditor];

    /// The word in events, tables, addresses and on the command line.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Clerk => "clerk",
            Self::Reviewer => "reviewer",
            Self::Cashier => "cashier",
            Self::Manager => "manager",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
        }
    }

    /// The word's key in the catalogue.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Clerk => "people.role.clerk",
            Self::Reviewer => "people.role.reviewer",
            Self::Cashier => "people.role.cashier",
            Self::Manager => "people.role.manager",
            Self::Auditor => "people.role.auditor",
            Self::Administrator => "people.role.administrator",
        }
    }

    /// The key of what it stands for, in the catalogue.
    pub const fn does(self) -> &'static str {
        match self {
            Self::Clerk => "people.does.clerk",
            Self::Reviewer => "people.does.reviewer",
            Self::Cashier => "people.does.cashier",
            Self::Manager => "people.does.manager",
            Self::Auditor => "people.does.auditor",
            Self::Administrator => "people.does.administrator",
        }
    }

    /// Reads a code.
    ///
    /// # Errors
    /// `role_unknown` with what was found.
    pub fn parse(code: &str) -> Result<Self, Refusal> {
        Self::ALL
            .into_iter()
            .find(|role| role.code() == code)
            .ok_or_else(|| Refusal::new("role_unknown").at("role").with("found", code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_read_back_by_its_code_everywhere() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.code()), Ok(role));
            assert_eq!(serde_json::to_string(&role).unwrap(), format!("\"{}\"", role.code()));
        }
        assert_eq!(Role::parse("Clerk").unwrap_err().code, "role_unknown");
    }
}
