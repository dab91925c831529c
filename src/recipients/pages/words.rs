//! Codes of a recipient as words of the page's language, and as choices of a form.

use crate::kernel::codes::{Industry, Kind, PayeeRelation, Size};
use crate::kernel::identity::IdType;
use crate::web::T;
use crate::web::form::Choice;

/// The word of a stored kind; what is not of the list is shown as it stands.
pub fn kind_word(t: T, stored: &str) -> String {
    Kind::parse(stored).map_or_else(|_| stored.to_owned(), |kind| t.s(kind_key(kind)).to_owned())
}

const fn kind_key(kind: Kind) -> &'static str {
    match kind {
        Kind::Enterprise => "recipients.kind.enterprise",
        Kind::SoleTrader => "recipients.kind.sole_trader",
        Kind::Cooperative => "recipients.kind.cooperative",
        Kind::Social => "recipients.kind.social",
        Kind::Other => "recipients.kind.other",
    }
}

/// The word of a stored size.
pub fn size_word(t: T, stored: &str) -> String {
    Size::parse(stored).map_or_else(|_| stored.to_owned(), |size| t.s(size_key(size)).to_owned())
}

const fn size_key(size: Size) -> &'static str {
    match size {
        Size::Large => "recipients.size.large",
        Size::Medium => "recipients.size.medium",
        Size::Small => "recipients.size.small",
        Size::Micro => "recipients.size.micro",
    }
}

/// The word of a stored relation of the payee.
pub fn relation_word(t: T, stored: &str) -> String {
    PayeeRelation::parse(stored).map_or_else(|_| stored.to_owned(), |relation| t.s(relation_key(relation)).to_owned())
}

const fn relation_key(relation: PayeeRelation) -> &'static str {
    match relation {
        PayeeRelation::Itself => "recipients.relation.self",
        PayeeRelation::Owner => "recipients.relation.owner",
        PayeeRelation::Lender => "recipients.relation.lender",
        PayeeRelation::Landlord => "recipients.relation.landlord",
        PayeeRelation::Trustee => "recipients.relation.trustee",
    }
}

/// The word of a kind of number.
pub fn id_type_word(t: T, stored: &str) -> String {
    IdType::parse(stored).map_or_else(|_| stored.to_owned(), |kind| t.s(id_type_key(kind)).to_owned())
}

const fn id_type_key(kind: IdType) -> &'static str {
    match kind {
        IdType::Uscc => "recipients.id_type.uscc",
        IdType::Registration => "recipients.id_type.registration",
        IdType::Resident => "recipients.id_type.resident",
        IdType::Other => "recipients.id_type.other",
    }
}

/// An industry with its code; the standard has its names in Chinese alone.
pub fn industry_word(stored: &str) -> String {
    Industry::from_code(stored).map_or_else(|| stored.to_owned(), |industry| format!("{stored} {}", industry.zh()))
}

/// The choices of a form about a recipient.
#[derive(Debug, Clone)]
pub struct Choices {
    /// Kinds of numbers.
    pub id_types: Vec<Choice>,
    /// Kinds of recipients.
    pub kinds: Vec<Choice>,
    /// Sizes.
    pub sizes: Vec<Choice>,
    /// Sections and divisions.
    pub industries: Vec<Choice>,
    /// Relations of the payee.
    pub relations: Vec<Choice>,
}

impl Choices {
    /// All lists in the language of the page. What is sent is what tables hold.
    pub fn new(t: T) -> Self {
        Self {
            id_types: IdType::ALL.iter().map(|kind| Choice::new(kind.code(), t.s(id_type_key(*kind)))).collect(),
            kinds: Kind::ALL.iter().map(|kind| Choice::new(kind.zh(), t.s(kind_key(*kind)))).collect(),
            sizes: Size::ALL.iter().map(|size| Choice::new(size.zh(), t.s(size_key(*size)))).collect(),
            industries: Industry::all().map(|one| Choice::new(one.code(), industry_word(one.code()))).collect(),
            relations: PayeeRelation::ALL
                .iter()
                .map(|relation| Choice::new(relation.code(), t.s(relation_key(*relation))))
                .collect(),
        }
    }
}
