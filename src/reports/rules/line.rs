//! A line of figures and what each column shows of it.

use super::layout::{Column, Kind, Layout, Measure, Span};
use super::report::{Cell, Row};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;

/// Sums over some time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    /// Appropriated.
    pub appropriated: Fen,
    /// Approved.
    pub approved: Fen,
    /// Paid.
    pub paid: Fen,
    /// Returned.
    pub returned: Fen,
    /// Grants of which something is left paid.
    pub grants: i64,
    /// Distinct recipients of which that is so.
    pub recipients: i64,
}

impl Sums {
    /// Paid less returned; nothing where that leaves the range.
    pub const fn net(&self) -> Option<Fen> {
        self.paid.checked_sub(self.returned)
    }

    fn plus(self, other: &Self) -> Option<Self> {
        Some(Self {
            appropriated: self.appropriated.checked_add(other.appropriated)?,
            approved: self.approved.checked_add(other.approved)?,
            paid: self.paid.checked_add(other.paid)?,
            returned: self.returned.checked_add(other.returned)?,
            grants: self.grants.checked_add(other.grants)?,
            recipients: self.recipients.checked_add(other.recipients)?,
        })
    }
}

/// The balances of a paying account at the end of a day, and what only one side knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Balanced {
    /// Its number.
    pub number: String,
    /// Its holder.
    pub holder: String,
    /// Its bank.
    pub bank_name: String,
    /// What the bank says.
    pub bank: Fen,
    /// Received in the book alone.
    pub book_received: Fen,
    /// Paid in the book alone.
    pub book_paid: Fen,
    /// The bank's, adjusted.
    pub adjusted_bank: Fen,
    /// What the book says.
    pub book: Fen,
    /// Received at the bank alone.
    pub bank_received: Fen,
    /// Paid at the bank alone.
    pub bank_paid: Fen,
    /// The book's, adjusted.
    pub adjusted_book: Fen,
    /// How many items are open.
    pub open_items: i64,
}

impl Balanced {
    fn plus(&self, other: &Self) -> Option<Self> {
        Some(Self {
            bank: self.bank.checked_add(other.bank)?,
            book_received: self.book_received.checked_add(other.book_received)?,
            book_paid: self.book_paid.checked_add(other.book_paid)?,
            adjusted_bank: self.adjusted_bank.checked_add(other.adjusted_bank)?,
            book: self.book.checked_add(other.book)?,
            bank_received: self.bank_received.checked_add(other.bank_received)?,
            bank_paid: self.bank_paid.checked_add(other.bank_paid)?,
            adjusted_book: self.adjusted_book.checked_add(other.adjusted_book)?,
            open_items: self.open_items.checked_add(other.open_items)?,
            ..Self::default()
        })
    }

    /// What a column shows; nothing for what is no matter of accounts.
    fn cell(&self, measure: Measure) -> Option<Cell> {
        let text = |text: &String| Some(Cell::Text(text.clone()));
        match measure {
            Measure::AccountNumber => text(&self.number),
            Measure::AccountName => text(&self.holder),
            Measure::BankName => text(&self.bank_name),
            Measure::BankBalance => Some(Cell::Amount(self.bank)),
            Measure::BookReceived => Some(Cell::Amount(self.book_received)),
            Measure::BookPaid => Some(Cell::Amount(self.book_paid)),
            Measure::AdjustedBank => Some(Cell::Amount(self.adjusted_bank)),
            Measure::BookBalance => Some(Cell::Amount(self.book)),
            Measure::BankReceived => Some(Cell::Amount(self.bank_received)),
            Measure::BankPaid => Some(Cell::Amount(self.bank_paid)),
            Measure::AdjustedBook => Some(Cell::Amount(self.adjusted_book)),
            Measure::OpenItems => Some(Cell::Count(self.open_items)),
            Measure::Unexplained => self.adjusted_bank.checked_sub(self.adjusted_book).map(Cell::Amount),
            _ => None,
        }
    }
}

/// Everything that a row of a report may show. What its source does not have stays empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// By what the row is found again in another report of the same layout.
    pub key: String,
    /// Code of the policy.
    pub policy: String,
    /// Its title at the position.
    pub policy_title: String,
    /// Number of the allotment's document.
    pub allotment: String,
    /// Code of its level.
    pub level: String,
    /// The grant's reference.
    pub reference: String,
    /// Name on the grant.
    pub name: String,
    /// Identity number as staff see it.
    pub number: String,
    /// Identity number as the public may see it.
    pub published_number: String,
    /// Kind on the grant.
    pub kind: String,
    /// Sub-district on the grant.
    pub subdistrict: String,
    /// Industry on the grant.
    pub industry: String,
    /// Size on the grant.
    pub size: String,
    /// Effective day of the first approval that stands.
    pub approved_on: Option<Day>,
    /// Day of the first payment that stands.
    pub paid_on: Option<Day>,
    /// Sums of the month.
    pub month: Sums,
    /// Sums of the fiscal year.
    pub year: Sums,
    /// Sums of all.
    pub all: Sums,
    /// Left when the year began.
    pub carried: Fen,
    /// Left on the day.
    pub left: Fen,
    /// The balances, of an account.
    pub account: Balanced,
}

impl Line {
    fn sums(&self, span: Span) -> Sums {
        match span {
            Span::None => Sums::default(),
            Span::Month => self.month,
            Span::Year => self.year,
            Span::All => self.all,
        }
    }

    /// What there was to spend: in a year with what was carried over.
    fn to_spend(&self, span: Span) -> Option<Fen> {
        let carried = if span == Span::Year { self.carried } else { Fen::ZERO };
        self.sums(span).appropriated.checked_add(carried)
    }

    /// What a column shows; nothing where a sum leaves the range.
    pub fn cell(&self, column: &Column, number: i64) -> Option<Cell> {
        let sums = self.sums(column.span);
        let text = |text: &String| Some(Cell::Text(text.clone()));
        let day = |day: Option<Day>| Some(day.map_or(Cell::Blank, Cell::Day));
        match column.measure {
            Measure::RowNumber => Some(Cell::Count(number)),
            Measure::Policy => text(&self.policy),
            Measure::PolicyTitle => text(&self.policy_title),
            Measure::Allotment => text(&self.allotment),
            Measure::Level => Some(Cell::Level(self.level.clone())),
            Measure::Reference => text(&self.reference),
            Measure::Name => text(&self.name),
            Measure::Number => text(&self.number),
            Measure::PublishedNumber => text(&self.published_number),
            Measure::Kind => text(&self.kind),
            Measure::Subdistrict => text(&self.subdistrict),
            Measure::Industry => text(&self.industry),
            Measure::Size => text(&self.size),
            Measure::ApprovedOn => day(self.approved_on),
            Measure::PaidOn => day(self.paid_on),
            Measure::Appropriated => Some(Cell::Amount(sums.appropriated)),
            Measure::Approved => Some(Cell::Amount(sums.approved)),
            Measure::Paid => Some(Cell::Amount(sums.paid)),
            Measure::Returned => Some(Cell::Amount(sums.returned)),
            Measure::Net => sums.net().map(Cell::Amount),
            Measure::Carried => Some(Cell::Amount(self.carried)),
            Measure::Left => Some(Cell::Amount(self.left)),
            Measure::Grants => Some(Cell::Count(sums.grants)),
            Measure::Recipients => Some(Cell::Count(sums.recipients)),
            Measure::Progress => Some(Cell::Share(sums.net()?, self.to_spend(column.span)?)),
            of_account => self.account.cell(of_account),
        }
    }

    fn row(&self, layout: &Layout, number: i64) -> Option<Row> {
        let cells: Option<Vec<Cell>> = layout.columns.iter().map(|column| self.cell(column, number)).collect();
        Some(Row { key: self.key.clone(), cells: cells? })
    }
}

/// Rows and total of lines. Amounts add up; distinct counts do not, so they come as `counted` (month, year, all).
pub(super) fn table(layout: &Layout, lines: &[Line], counted: [Sums; 3]) -> Option<(Vec<Row>, Vec<Cell>)> {
    let rows: Option<Vec<Row>> = lines.iter().zip(1..).map(|(line, number)| line.row(layout, number)).collect();
    let mut total = lines.iter().try_fold(Line::default(), |sum, line| {
        Some(Line {
            month: sum.month.plus(&line.month)?,
            year: sum.year.plus(&line.year)?,
            all: sum.all.plus(&line.all)?,
            carried: sum.carried.checked_add(line.carried)?,
            left: sum.left.checked_add(line.left)?,
            account: sum.account.plus(&line.account)?,
            ..sum
        })
    })?;
    for (sums, counted) in [&mut total.month, &mut total.year, &mut total.all].into_iter().zip(counted) {
        (sums.grants, sums.recipients) = (counted.grants, counted.recipients);
    }
    let shown = |column: &Column| match column.measure.kind() {
        Kind::Text => Some(Cell::Blank),
        _ => total.cell(column, 0),
    };
    let cells: Option<Vec<Cell>> = layout.columns.iter().map(shown).collect();
    Some((rows?, cells?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(appropriated: i64, paid: i64, returned: i64, recipients: i64) -> Sums {
        let (appropriated, paid, returned) = (Fen::new(appropriated), Fen::new(paid), Fen::new(returned));
        Sums { appropriated, paid, returned, recipients, ..Sums::default() }
    }

    fn shown(name: &str, lines: &[Line], counted: [Sums; 3]) -> (Vec<Row>, Vec<Cell>) {
        table(Layout::find(name).unwrap(), lines, counted).unwrap()
    }

    #[test]
    fn amounts_add_up_and_recipients_are_counted_once() {
        let one = Line { key: "1".into(), all: sums(100, 60, 10, 2), left: Fen::new(50), ..Line::default() };
        let other = Line { key: "2".into(), all: sums(300, 30, 0, 2), left: Fen::new(270), ..Line::default() };
        let counted = [Sums::default(), Sums::default(), sums(0, 0, 0, 3)];
        let (rows, total) = shown("direct-monthly", &[one, other], counted);
        assert_eq!(rows[1].cells[0], Cell::Count(2), "rows are numbered");
        assert_eq!(total[0], Cell::Blank);
        assert_eq!(total[8], Cell::Amount(Fen::new(400)));
        assert_eq!((&total[10], &total[11]), (&Cell::Amount(Fen::new(80)), &Cell::Count(3)));
        assert_eq!(total[12], Cell::Share(Fen::new(80), Fen::new(400)));
        assert_eq!(rows[0].cells[12], Cell::Share(Fen::new(50), Fen::new(100)));
    }

    #[test]
    fn the_progress_of_a_year_counts_what_was_carried_over() {
        let line = Line { year: sums(100, 60, 10, 0), carried: Fen::new(50), ..Line::default() };
        let (rows, _) = shown("budget-progress", &[line], [Sums::default(); 3]);
        assert_eq!(rows[0].cells.get(9), Some(&Cell::Share(Fen::new(50), Fen::new(150))));
    }

    #[test]
    fn balances_of_accounts_add_up_and_what_they_differ_by_is_told() {
        let account = |bank: i64, book: i64| Balanced {
            number: "3301".into(),
            bank: Fen::new(bank),
            adjusted_bank: Fen::new(bank),
            book: Fen::new(book),
            adjusted_book: Fen::new(book),
            open_items: 1,
            ..Balanced::default()
        };
        let line = |account: Balanced| Line { account, ..Line::default() };
        let lines = [line(account(500, 500)), line(account(300, 290))];
        let (rows, total) = shown("bank-adjustment", &lines, [Sums::default(); 3]);
        assert_eq!(rows[1].cells[1], Cell::Text("3301".into()));
        assert_eq!(rows[1].cells[17], Cell::Amount(Fen::new(10)));
        assert_eq!((&total[8], &total[16]), (&Cell::Amount(Fen::new(800)), &Cell::Count(2)));
        assert_eq!((&total[1], &total[17]), (&Cell::Blank, &Cell::Amount(Fen::new(10))));
    }

    #[test]
    fn a_sum_that_leaves_the_range_makes_no_report() {
        let line = Line { left: Fen::new(i64::MAX), ..Line::default() };
        let layout = Layout::find("direct-monthly").unwrap();
        assert!(table(layout, &[line.clone(), line], [Sums::default(); 3]).is_none());
    }
}
