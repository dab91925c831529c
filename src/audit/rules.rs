//! By what totals can be grouped.

/// A column by which totals are grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroupBy {
    /// Code of the policy.
    Policy,
    /// Sub-district on the grant.
    Subdistrict,
    /// Industry on the grant.
    Industry,
    /// Size on the grant.
    Size,
    /// Kind on the grant.
    Kind,
    /// Month of the grant's first payment that no correction has taken back.
    Month,
    /// Number of the allotment's document; a grant that several pay counts in each.
    Allotment,
    /// Level of the allotment's source; likewise.
    Level,
}

impl GroupBy {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Policy,
        Self::Subdistrict,
        Self::Industry,
        Self::Size,
        Self::Kind,
        Self::Month,
        Self::Allotment,
        Self::Level,
    ];

    /// The word of command line, addresses, files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Subdistrict => "subdistrict",
            Self::Industry => "industry",
            Self::Size => "size",
            Self::Kind => "kind",
            Self::Month => "month",
            Self::Allotment => "allotment",
            Self::Level => "level",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.code() == word)
    }

    /// The key of its name in the catalogue.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Policy => "audit.by.policy",
            Self::Subdistrict => "audit.by.subdistrict",
            Self::Industry => "audit.by.industry",
            Self::Size => "audit.by.size",
            Self::Kind => "audit.by.kind",
            Self::Month => "audit.by.month",
            Self::Allotment => "audit.by.allotment",
            Self::Level => "audit.by.level",
        }
    }

    /// Whether the roll-ups at the head know it.
    pub const fn is_rolled_up(self) -> bool {
        matches!(self, Self::Policy | Self::Subdistrict | Self::Industry | Self::Size | Self::Kind)
    }

    /// Whether it divides a grant among the allotments that pay it.
    pub const fn divides_grants(self) -> bool {
        matches!(self, Self::Allotment | Self::Level)
    }
}

/// The columns in the order asked for, each once.
pub(super) fn without_repetition(by: &[GroupBy]) -> Vec<GroupBy> {
    let mut once: Vec<GroupBy> = Vec::with_capacity(by.len());
    for column in by {
        if !once.contains(column) {
            once.push(*column);
        }
    }
    once
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_asked_for_by_name_and_once() {
        for by in GroupBy::ALL {
            assert_eq!(GroupBy::parse(by.code()), Some(by));
        }
        assert_eq!(GroupBy::parse("Policy"), None);
        let twice = [GroupBy::Size, GroupBy::Policy, GroupBy::Size];
        assert_eq!(without_repetition(&twice), [GroupBy::Size, GroupBy::Policy]);
    }
}
