//! `grants`: one row a grant, as it stood at the position, with what was paid and came back as of the day.
//!
//! One scan reads each grant once for every transfer that touched what is disbursed; the transfers of a grant are
//! folded on the way. A draft that was changed after the position is shown as the event of that time has it.

use std::collections::HashMap;
use std::io::Write;

use serde::Deserialize;

use super::columns;
use super::queries::{logins, tell};
use super::request::{Filter, Request, What};
use super::writer::{Table, Tally};
use crate::db::Database;
use crate::journal::{self, Cell, Head};
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result, text};

/// States in which nobody has reviewed a grant yet, or nobody ever will.
const UNREVIEWED: [&str; 3] = ["draft", "submitted", "struck"];

/// The columns of the scan: the grant and what it was then, then a transfer of it.
fn query(book_id: i64, request: &Request, at: i64) -> String {
    format!(
        "SELECT g.id, g.reference, r.number, g.name, g.kind, g.subdistrict, g.industry, g.size, g.policy, g.applied_on,
             s.amount_fen, s.state, g.prepared_by, g.prepared_at_ms, g.reviewed_by, g.reviewed_at_ms, e.payload,
             t.position, t.line, t.to_stage, t.amount_fen, t.effective_on, t.reverses_position, t.reverses_line
         FROM whole_grants g
         JOIN recipients r ON r.book_id = g.book_id AND r.id = g.recipient
         JOIN grant_steps s ON s.book_id = g.book_id AND s.grant_id = g.id AND s.position = (
             SELECT MAX(x.position) FROM grant_steps x
             WHERE x.book_id = g.book_id AND x.grant_id = g.id AND x.position <= {at})
         LEFT JOIN events e ON e.book_id = g.book_id AND e.position = CASE WHEN g.content_position > {at} THEN (
             SELECT MAX(y.position) FROM grant_steps y
             JOIN events v ON v.book_id = y.book_id AND v.position = y.position
             WHERE y.book_id = g.book_id AND y.grant_id = g.id AND y.position <= {at}
             AND v.kind IN ('grant_recorded', 'grant_imported', 'grant_edited')) END
         LEFT JOIN transfers t ON t.book_id = g.book_id AND t.grant_id = g.id AND t.position + 0 <= {at}
             AND t.effective_on <= '{}' AND (t.to_stage = 'disbursed' OR t.from_stage = 'disbursed')
         WHERE g.book_id = {book_id} AND g.id <= {at}{} ORDER BY g.id",
        request.as_of,
        belonging(&request.filter)
    )
}

/// The conditions that no later event changes for a grant that is under review or beyond.
fn belonging(filter: &Filter) -> String {
    let mut conditions = String::new();
    for (column, id) in [("g.recipient", filter.recipient), ("g.import_id", filter.import)] {
        if let Some(id) = id {
            conditions.push_str(&format!(" AND {column} = {id}"));
        }
    }
    // The scan takes no parameters.
    if let Some(uid) = &filter.prepared_by {
        conditions.push_str(&format!(" AND g.prepared_by = '{}'", uid.replace('\'', "''")));
    }
    conditions
}

/// Writes all rows.
pub(super) async fn write(
    db: &Database,
    head: &Head,
    request: &Request,
    at: i64,
    out: &mut (impl Write + Send),
    progress: &mut (dyn FnMut(u64) + Send),
) -> Result<Tally> {
    let columns = columns::of(What::Grants);
    let mut table = Table::of(out, request.format, request.lang, columns, logins(db, head).await?)?;
    let policies = policies(db, head).await?;
    let mut rows = Rows { table: &mut table, policies, filter: Wanted::of(&request.filter), going: None };
    journal::scan(&db.read, &query(head.book_id, request, at), |cells| {
        rows.take(cells)?;
        tell(rows.table, progress);
        Ok(())
    })
    .await?;
    rows.end()?;
    table.end()
}

/// Codes of policies, which never change, by id.
pub(super) async fn policies(db: &Database, head: &Head) -> Result<HashMap<i64, String>> {
    let mut policies = HashMap::new();
    let query = format!("SELECT id, code FROM policies WHERE book_id = {}", head.book_id);
    journal::scan(&db.read, &query, |cells| {
        if let [id, code] = cells {
            policies.insert(id.int()?, code.text().to_owned());
        }
        Ok(())
    })
    .await?;
    Ok(policies)
}

/// What an event said of a grant's content.
#[derive(Deserialize)]
struct Recorded {
    content: Content,
}

#[derive(Deserialize)]
struct Content {
    reference: String,
    number: String,
    name: String,
    kind: String,
    subdistrict: String,
    industry: String,
    size: String,
    policy: i64,
    applied_on: String,
}

/// What a row says of a grant, wherever it comes from.
#[derive(Clone, Copy)]
struct Shown<'r> {
    reference: &'r str,
    number: &'r str,
    name: &'r str,
    kind: &'r str,
    subdistrict: &'r str,
    industry: &'r str,
    size: &'r str,
    policy: &'r str,
    applied_on: &'r str,
    state: &'r str,
    amount_fen: i64,
}

/// The filter with its texts made ready.
struct Wanted<'f> {
    filter: &'f Filter,
    from: String,
    to: String,
    folded: String,
    typed: String,
}

impl<'f> Wanted<'f> {
    fn of(filter: &'f Filter) -> Self {
        let search = filter.search.as_deref().unwrap_or_default().trim();
        Self {
            filter,
            from: filter.from.map(|day| day.to_string()).unwrap_or_default(),
            to: filter.to.map(|day| day.to_string()).unwrap_or_default(),
            folded: text::fold(search),
            typed: search.to_uppercase(),
        }
    }

    fn has(&self, row: &Shown<'_>) -> bool {
        let Filter { policy, states, subdistrict, least, most, .. } = self.filter;
        let amount = Fen::new(row.amount_fen);
        let found = || {
            row.number.to_uppercase().starts_with(&self.typed)
                || row.reference.to_uppercase().starts_with(&self.typed)
                || text::fold(row.name).contains(&self.folded)
        };
        policy.as_ref().is_none_or(|code| code == row.policy)
            && (states.is_empty() || states.iter().any(|state| state == row.state))
            && subdistrict.as_ref().is_none_or(|name| name == row.subdistrict)
            && (self.from.is_empty() || self.from.as_str() <= row.applied_on)
            && (self.to.is_empty() || row.applied_on <= self.to.as_str())
            && least.is_none_or(|least| least <= amount)
            && most.is_none_or(|most| amount <= most)
            && (self.folded.is_empty() || found())
    }
}

/// A grant whose first columns are written and whose transfers are being added up.
#[derive(Default)]
struct Going {
    id: i64,
    wanted: bool,
    paid_fen: i64,
    returned_fen: i64,
    payments: Vec<((i64, i64), String)>,
    undone: Vec<(i64, i64)>,
}

impl Going {
    /// Adds a transfer that came in to disbursed or left it.
    fn add(&mut self, transfer: &[Cell]) -> Result<()> {
        let [position, line, to_stage, amount, effective_on, reverses_position, reverses_line] = transfer else {
            return Err(Error::internal("a transfer has seven columns"));
        };
        if *position == Cell::Null {
            return Ok(());
        }
        let fen = amount.int()?;
        let comes_in = to_stage.text() == "disbursed";
        let reverses = reverses_position.opt_int().zip(reverses_line.opt_int());
        let (sum, change) = match (comes_in, reverses) {
            (true, None) => (&mut self.paid_fen, Some(fen)),
            (true, Some(_)) => (&mut self.returned_fen, fen.checked_neg()),
            (false, None) => (&mut self.returned_fen, Some(fen)),
            (false, Some(_)) => (&mut self.paid_fen, fen.checked_neg()),
        };
        let added = change.and_then(|change| sum.checked_add(change));
        *sum = added.ok_or_else(|| Error::internal("a sum is too large"))?;
        match reverses {
            Some(reversed) => self.undone.push(reversed),
            None if comes_in => {
                self.payments.push(((position.int()?, line.int()?), effective_on.text().to_owned()));
            }
            None => {}
        }
        Ok(())
    }

    /// The day of the first payment that no correction has taken back.
    fn paid_on(&self) -> &str {
        let standing = self.payments.iter().filter(|(key, _)| !self.undone.contains(key));
        standing.map(|(_, day)| day.as_str()).min().unwrap_or_default()
    }
}

struct Rows<'t, 'w, 'f, W: Write> {
    table: &'t mut Table<'w, W>,
    policies: HashMap<i64, String>,
    filter: Wanted<'f>,
    going: Option<Going>,
}

impl<W: Write + Send> Rows<'_, '_, '_, W> {
    fn take(&mut self, cells: &[Cell]) -> Result<()> {
        let (grant, transfer) = cells.split_at_checked(17).ok_or_else(|| Error::internal("columns are missing"))?;
        let id = grant.first().map_or(Ok(0), Cell::int)?;
        if self.going.as_ref().is_none_or(|going| going.id != id) {
            self.end()?;
            let wanted = self.begin(grant)?;
            self.going = Some(Going { id, wanted, ..Going::default() });
        }
        match &mut self.going {
            Some(going) if going.wanted => going.add(transfer),
            _ => Ok(()),
        }
    }

    /// Writes the first columns of a grant; whether it is wanted at all.
    fn begin(&mut self, grant: &[Cell]) -> Result<bool> {
        let [
            _,
            reference,
            number,
            name,
            kind,
            subdistrict,
            industry,
            size,
            policy,
            applied_on,
            amount,
            state,
            by,
            at,
            reviewed_by,
            reviewed_at,
            payload,
        ] = grant
        else {
            return Err(Error::internal("columns of a grant are missing"));
        };
        let then: Option<Content> = match payload {
            Cell::Null => None,
            payload => {
                let recorded: Recorded = serde_json::from_slice(payload.bytes()).map_err(Error::internal)?;
                Some(recorded.content)
            }
        };
        let policy = then.as_ref().map_or_else(|| policy.int(), |then| Ok(then.policy))?;
        let now = Shown {
            reference: reference.text(),
            number: number.text(),
            name: name.text(),
            kind: kind.text(),
            subdistrict: subdistrict.text(),
            industry: industry.text(),
            size: size.text(),
            policy: self.policies.get(&policy).map_or("", String::as_str),
            applied_on: applied_on.text(),
            state: state.text(),
            amount_fen: amount.int()?,
        };
        let row = then.as_ref().map_or(now, |then| Shown {
            reference: &then.reference,
            number: &then.number,
            name: &then.name,
            kind: &then.kind,
            subdistrict: &then.subdistrict,
            industry: &then.industry,
            size: &then.size,
            applied_on: &then.applied_on,
            ..now
        });
        if !self.filter.has(&row) {
            return Ok(false);
        }
        let reviewed = !UNREVIEWED.contains(&row.state);
        for text in [row.reference, row.number, row.name, row.kind, row.subdistrict, row.industry, row.size, row.policy]
        {
            self.table.text(text)?;
        }
        self.table.amount(row.amount_fen)?;
        self.table.text(row.state)?;
        self.table.cell(by)?;
        self.table.cell(at)?;
        self.table.cell(if reviewed { reviewed_by } else { &Cell::Null })?;
        self.table.cell(if reviewed { reviewed_at } else { &Cell::Null })?;
        Ok(true)
    }

    /// Writes the last columns of the grant that is going.
    fn end(&mut self) -> Result<()> {
        let Some(going) = self.going.take().filter(|going| going.wanted) else { return Ok(()) };
        let net =
            going.paid_fen.checked_sub(going.returned_fen).ok_or_else(|| Error::internal("a sum is too large"))?;
        self.table.text(going.paid_on())?;
        self.table.amount(going.returned_fen)?;
        self.table.amount(net)?;
        self.table.number(going.id)?;
        self.table.end_row()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::dates::Day;

    fn transfer(key: (i64, i64), to: &str, fen: i64, day: &str, reverses: Option<(i64, i64)>) -> Vec<Cell> {
        let part = |n: Option<i64>| n.map_or(Cell::Null, Cell::Int);
        vec![
            Cell::Int(key.0),
            Cell::Int(key.1),
            Cell::Text(to.into()),
            Cell::Int(fen),
            Cell::Text(day.into()),
            part(reverses.map(|r| r.0)),
            part(reverses.map(|r| r.1)),
        ]
    }

    #[test]
    fn a_corrected_payment_was_none_and_a_return_is_shown_apart() {
        let mut going = Going::default();
        going.add(&[Cell::Null, Cell::Null, Cell::Null, Cell::Null, Cell::Null, Cell::Null, Cell::Null]).unwrap();
        assert_eq!((going.paid_on(), going.paid_fen), ("", 0));
        going.add(&transfer((5, 1), "disbursed", 100, "2020-03-01", None)).unwrap();
        going.add(&transfer((6, 1), "in_transit", 100, "2020-03-01", Some((5, 1)))).unwrap();
        assert_eq!((going.paid_on(), going.paid_fen, going.returned_fen), ("", 0, 0));
        going.add(&transfer((7, 1), "disbursed", 100, "2020-04-02", None)).unwrap();
        going.add(&transfer((8, 1), "payable", 40, "2020-05-02", None)).unwrap();
        assert_eq!((going.paid_on(), going.paid_fen, going.returned_fen), ("2020-04-02", 100, 40));
    }

    #[test]
    fn a_filter_looks_at_what_the_row_shows() {
        let row = Shown {
            reference: "BL-7",
            number: "91330206MA2A00007X",
            name: "北仑Ａ贸易（宁波）",
            kind: "企业",
            subdistrict: "新碶街道",
            industry: "F",
            size: "小型",
            policy: "P-1",
            applied_on: "2020-05-01",
            state: "paid",
            amount_fen: 10_000,
        };
        let has = |filter: &Filter| Wanted::of(filter).has(&row);
        let day = |text: &str| Some(Day::parse(text).unwrap());
        let search = |text: &str| Filter { search: Some(text.into()), ..Filter::default() };
        assert!(has(&Filter::default()));
        assert!(has(&search("北仑a贸易")) && has(&search(" bl-7 ")) && has(&search("91330206ma2")));
        assert!(!has(&search("MA2A")) && !has(&search("%")));
        assert!(has(&Filter { states: vec!["draft".into(), "paid".into()], ..Filter::default() }));
        assert!(!has(&Filter { states: vec!["draft".into()], ..Filter::default() }));
        assert!(has(&Filter { from: day("2020-05-01"), to: day("2020-05-01"), ..Filter::default() }));
        assert!(!has(&Filter { from: day("2020-05-02"), ..Filter::default() }));
        assert!(!has(&Filter { to: day("2020-04-30"), ..Filter::default() }));
        let fen = |fen| Some(Fen::new(fen));
        assert!(has(&Filter { least: fen(10_000), most: fen(10_000), ..Filter::default() }));
        assert!(!has(&Filter { least: fen(10_001), ..Filter::default() }));
        assert!(!has(&Filter { policy: Some("P-2".into()), ..Filter::default() }));
    }
}
