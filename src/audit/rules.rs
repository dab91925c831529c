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
    /// Month of the grant's first payment.
    Month,
    /// Number of the allotment's document.
    Allotment,
    /// Level of the allotment's source.
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
}
