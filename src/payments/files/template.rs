//! Texts with places: `合计{count}笔`. Filled when a file is written, matched when one is read.

use crate::kernel::Refusal;

macro_rules! places {
    ($($(#[$doc:meta])* $name:ident $word:literal),* $(,)?) => {
        /// A place in a text.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Place { $($(#[$doc])* $name),* }

        impl Place {
            const ALL: &[Self] = &[$(Self::$name),*];

            /// Its word between the braces.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }
        }
    };
}

places! {
    /// How many rows.
    Count "count",
    /// The sum of their amounts.
    Sum "sum",
    /// The batch.
    Batch "batch",
    /// The day on which the file was made.
    Date "date",
    /// The day on which the bank shall pay.
    ExecuteOn "execute_on",
    /// The account of one's own.
    PayerAccount "payer_account",
    /// Whose account that is.
    PayerName "payer_name",
    /// The bank that keeps it, by 联行号.
    PayerBankCode "payer_bank_code",
    /// The bank that keeps it.
    PayerBankName "payer_bank_name",
    /// `CNY`.
    Currency "currency",
    /// The number of the file among those of its batch.
    FileNumber "file_number",
    /// How many files the batch has.
    FileCount "file_count",
    /// How many were paid.
    PaidCount "paid_count",
    /// The sum of what was paid.
    PaidSum "paid_sum",
    /// How many were refused.
    RefusedCount "refused_count",
    /// The sum of what was refused.
    RefusedSum "refused_sum",
    /// The first day of a statement.
    From "from",
    /// The last day of a statement.
    To "to",
    /// The balance before the first line.
    Opening "opening",
    /// The balance after the last line.
    Closing "closing",
    /// The sum of all debits.
    Debits "debits",
    /// The sum of all credits.
    Credits "credits",
    /// Whatever stands there.
    Any "any",
    /// The policy.
    Policy "policy",
    /// The grant's reference.
    Reference "reference",
}

/// Places of the lines above and below the rows of a file that goes out.
pub const PLACES_OUT: &[Place] = &[
    Place::Count,
    Place::Sum,
    Place::Batch,
    Place::Date,
    Place::ExecuteOn,
    Place::PayerAccount,
    Place::PayerName,
    Place::PayerBankCode,
    Place::PayerBankName,
    Place::Currency,
    Place::FileNumber,
    Place::FileCount,
];

/// Places of the lines above and below the rows of a file that comes in.
pub const PLACES_IN: &[Place] = &[
    Place::Count,
    Place::Sum,
    Place::Batch,
    Place::Date,
    Place::PayerAccount,
    Place::Currency,
    Place::PaidCount,
    Place::PaidSum,
    Place::RefusedCount,
    Place::RefusedSum,
    Place::From,
    Place::To,
    Place::Opening,
    Place::Closing,
    Place::Debits,
    Place::Credits,
    Place::Any,
];

/// Places of the purpose of a payment.
pub const PLACES_PURPOSE: &[Place] = &[Place::Policy, Place::Reference, Place::Batch];

/// A text with places.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Place(Place),
}

impl Template {
    /// Reads a text.
    ///
    /// Refusals: `profile_brace` (`text`), `profile_place` (`found`, `known`).
    pub fn parse(text: &str, known: &[Place]) -> Result<Self, Refusal> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            push_text(&mut parts, before);
            let (word, behind) = after.split_once('}').ok_or_else(|| brace(text))?;
            parts.push(Part::Place(place(word, known)?));
            rest = behind;
        }
        push_text(&mut parts, rest);
        if parts.iter().any(|part| matches!(part, Part::Text(text) if text.contains('}'))) {
            return Err(brace(text));
        }
        Ok(Self(parts))
    }

    /// Reads a text that is to be matched: two places with nothing between them could not be told apart again.
    ///
    /// Refusals as for [`Template::parse`], and `profile_places_touch` (`text`).
    pub fn parse_to_match(text: &str, known: &[Place]) -> Result<Self, Refusal> {
        let template = Self::parse(text, known)?;
        let mut last_was_place = false;
        for part in &template.0 {
            match part {
                Part::Place(_) if last_was_place => {
                    return Err(Refusal::new("profile_places_touch").with("text", text));
                }
                Part::Place(_) => last_was_place = true,
                Part::Text(between) => last_was_place &= between.trim().is_empty(),
            }
        }
        Ok(template)
    }

    /// The text with its places filled.
    pub fn fill(&self, value: &dyn Fn(Place) -> String) -> String {
        let filled = self.0.iter().map(|part| match part {
            Part::Text(text) => text.clone(),
            Part::Place(place) => value(*place),
        });
        filled.collect()
    }

    /// What stands in the places of a text, if it is such a text. Blanks around it and around the values do not count.
    pub fn matched<'t>(&self, text: &'t str) -> Option<Vec<(Place, &'t str)>> {
        let mut found = Vec::new();
        let mut rest = text.trim();
        let mut parts = self.0.iter().peekable();
        while let Some(part) = parts.next() {
            match part {
                Part::Text(literal) => rest = rest.strip_prefix(literal.trim())?.trim_start(),
                Part::Place(place) => {
                    let value = match parts.peek() {
                        Some(Part::Text(literal)) => rest.split_once(literal.trim())?.0,
                        _ => rest,
                    };
                    found.push((*place, value.trim()));
                    rest = rest.get(value.len()..)?.trim_start();
                }
            }
        }
        rest.is_empty().then_some(found)
    }
}

fn push_text(parts: &mut Vec<Part>, text: &str) {
    if !text.is_empty() {
        parts.push(Part::Text(text.to_owned()));
    }
}

fn brace(text: &str) -> Refusal {
    Refusal::new("profile_brace").with("text", text)
}

fn place(word: &str, known: &[Place]) -> Result<Place, Refusal> {
    let found = Place::ALL.iter().copied().find(|place| place.word() == word && known.contains(place));
    found.ok_or_else(|| {
        let words: Vec<String> = known.iter().map(|place| format!("{{{}}}", place.word())).collect();
        Refusal::new("profile_place").with("found", word).with("known", words.join(" "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn template(text: &str) -> Template {
        Template::parse_to_match(text, PLACES_IN).unwrap()
    }

    #[test]
    fn a_line_is_read_as_it_is_written() {
        let line = template("合计{count}笔 {sum}元");
        let filled = line.fill(&|place| if place == Place::Count { "120".into() } else { "5.00".into() });
        assert_eq!(filled, "合计120笔 5.00元");
        assert_eq!(line.matched(&filled), Some(vec![(Place::Count, "120"), (Place::Sum, "5.00")]));
        assert_eq!(line.matched(" 合计 120 笔5.00 元 "), Some(vec![(Place::Count, "120"), (Place::Sum, "5.00")]));
        assert_eq!(line.matched("合计120笔 5.00"), None);
        assert_eq!(line.matched("小计120笔 5.00元"), None);
        assert_eq!(template("END").matched("END."), None);
    }

    #[test]
    fn a_text_that_cannot_be_read_again_is_refused() {
        for (text, code) in [
            ("{count", "profile_brace"),
            ("count}", "profile_brace"),
            ("{count}{sum}", "profile_places_touch"),
            ("{count} {sum}", "profile_places_touch"),
            ("{policy}", "profile_place"),
            ("{}", "profile_place"),
        ] {
            assert_eq!(Template::parse_to_match(text, PLACES_IN).unwrap_err().code, code, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[{}a合 |]{0,12}|\\{count\\}[a合 ]{0,3}", line in "\\PC{0,12}") {
            if let Ok(template) = Template::parse_to_match(&text, PLACES_IN) {
                let _ = template.matched(&line);
            }
        }
    }
}
