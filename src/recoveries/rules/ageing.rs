//! How old a claim is, and how long money has been on its way.

/// An age in days, as it is counted in tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Age {
    /// 未到期: the day lies ahead.
    Ahead,
    /// 0 to 30 days.
    To30,
    /// 31 to 90 days.
    To90,
    /// 91 to 180 days.
    To180,
    /// More than 180 days.
    Beyond,
}

impl Age {
    /// All ages, the youngest first.
    pub const ALL: [Self; 5] = [Self::Ahead, Self::To30, Self::To90, Self::To180, Self::Beyond];

    /// So many days; below zero the day lies ahead.
    pub const fn of(days: i64) -> Self {
        match days {
            ..0 => Self::Ahead,
            0..=30 => Self::To30,
            31..=90 => Self::To90,
            91..=180 => Self::To180,
            _ => Self::Beyond,
        }
    }

    /// The word of addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ahead => "ahead",
            Self::To30 => "0-30",
            Self::To90 => "31-90",
            Self::To180 => "91-180",
            Self::Beyond => "181",
        }
    }

    /// The key of its word in the catalogue.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Ahead => "recoveries.age.ahead",
            Self::To30 => "recoveries.age.to30",
            Self::To90 => "recoveries.age.to90",
            Self::To180 => "recoveries.age.to180",
            Self::Beyond => "recoveries.age.beyond",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|age| age.code() == code)
    }

    /// The fewest and the most days of this age, if there are such.
    pub const fn days(self) -> (Option<i64>, Option<i64>) {
        match self {
            Self::Ahead => (None, Some(-1)),
            Self::To30 => (Some(0), Some(30)),
            Self::To90 => (Some(31), Some(90)),
            Self::To180 => (Some(91), Some(180)),
            Self::Beyond => (Some(181), None),
        }
    }
}

/// Why money was not delivered yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Undelivered {
    /// 待支付: approved, in no batch; counted from the approval.
    Approved,
    /// 在途: sent, not answered; counted from the release.
    InTransit,
    /// 失败: refused by the bank and not made again; counted from the bank's date.
    Refused,
    /// 退汇: came back and not made again; counted from the bank's date.
    Returned,
}

impl Undelivered {
    /// All of them, in the order of a payment's life.
    pub const ALL: [Self; 4] = [Self::Approved, Self::InTransit, Self::Refused, Self::Returned];

    /// The word of addresses; those of payments are the words of their states.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::InTransit => "in_transit",
            Self::Refused => "refused",
            Self::Returned => "returned",
        }
    }

    /// The key of its word in the catalogue.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Approved => "recoveries.undelivered.approved",
            Self::InTransit => "recoveries.undelivered.in_transit",
            Self::Refused => "recoveries.undelivered.refused",
            Self::Returned => "recoveries.undelivered.returned",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}
