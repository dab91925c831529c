//! The rows of a declared table, written into any output.

use std::collections::HashMap;
use std::io::Write;

use super::{Decisions, Declared, Moment, Rows, Shape};
use crate::db::Database;
use crate::exports::codes;
use crate::exports::columns::{self, Kind};
use crate::exports::queries::{self, logins, tell};
use crate::exports::request::{FileFormat, Filter, Request, What};
use crate::exports::writer::{Table, Tally};
use crate::journal::{self, Cell, Head};
use crate::kernel::{Error, Result};
use crate::web::Lang;

/// Of which book, as of when and at which position, in which form, with headers and words in which language.
#[derive(Debug, Clone, Copy)]
pub(in crate::exports::package) struct Asked<'a> {
    pub(in crate::exports::package) db: &'a Database,
    pub(in crate::exports::package) head: &'a Head,
    pub(in crate::exports::package) moment: &'a Moment,
    pub(in crate::exports::package) format: FileFormat,
    pub(in crate::exports::package) lang: Lang,
}

/// Writes a table; `progress` is told rows now and then.
pub(in crate::exports::package) async fn write(
    asked: Asked<'_>,
    declared: &Declared,
    out: &mut (impl Write + Send),
    progress: &mut (dyn FnMut(u64) + Send),
) -> Result<Tally> {
    let Asked { db, head, moment, format, lang } = asked;
    let request = |what, by| Request {
        what,
        format,
        lang,
        as_of: moment.as_of,
        at: Some(moment.at),
        by,
        filter: Filter::default(),
    };
    match declared.rows {
        Rows::Export(what) => queries::run(db, head, &request(what, Vec::new()), moment.at, out, progress).await,
        Rows::Totals(by) => queries::run(db, head, &request(What::Totals, vec![by]), moment.at, out, progress).await,
        Rows::Scan(query) => {
            let one: Shape = |_, cells, emit| emit(cells);
            scan(asked, declared, &query(moment), one, out, progress).await
        }
        Rows::Shaped(query, shape) => scan(asked, declared, &query(moment), shape, out, progress).await,
        Rows::Decided(query, decisions) => {
            let found = decisions_of(db, moment, decisions).await?;
            decided(asked, declared, &query(moment), &found, out, progress).await
        }
        Rows::DecidedWith(query, decisions, with) => {
            let mut found = decided_with(db, &with(moment)).await?;
            found.extend(decisions_of(db, moment, decisions).await?);
            decided(asked, declared, &query(moment), &found, out, progress).await
        }
        Rows::Dictionary => dictionary(asked, declared, out),
    }
}

async fn scan(
    Asked { db, head, moment, format, lang }: Asked<'_>,
    declared: &Declared,
    query: &str,
    shape: Shape,
    out: &mut (impl Write + Send),
    progress: &mut (dyn FnMut(u64) + Send),
) -> Result<Tally> {
    let mut table = Table::of(out, format, lang, declared.columns, logins(db, head).await?)?;
    journal::scan(&db.read, query, |cells| {
        shape(moment, cells, &mut |row| table.row(row))?;
        tell(&table, progress);
        Ok(())
    })
    .await?;
    table.end()
}

/// What was decided last on something.
struct Decision {
    outcome: &'static str,
    position: i64,
    at_ms: i64,
    actor: String,
    remark: String,
}

async fn decided(
    Asked { db, head, format, lang, .. }: Asked<'_>,
    declared: &Declared,
    query: &str,
    found: &HashMap<i64, Decision>,
    out: &mut (impl Write + Send),
    progress: &mut (dyn FnMut(u64) + Send),
) -> Result<Tally> {
    let mut table = Table::of(out, format, lang, declared.columns, logins(db, head).await?)?;
    journal::scan(&db.read, query, |cells| {
        for cell in cells {
            table.cell(cell)?;
        }
        let id = cells.first().map_or(Ok(0), Cell::int)?;
        match found.get(&id) {
            Some(decision) => {
                table.text(decision.outcome)?;
                table.cell(&Cell::Int(decision.position))?;
                table.cell(&Cell::Int(decision.at_ms))?;
                table.text(&decision.actor)?;
                table.text(&decision.remark)?;
            }
            None => {
                for text in ["pending", "", "", "", ""] {
                    table.text(text)?;
                }
            }
        }
        table.end_row()?;
        tell(&table, progress);
        Ok(())
    })
    .await?;
    table.end()
}

/// Decisions that came with those on other things.
async fn decided_with(db: &Database, query: &str) -> Result<HashMap<i64, Decision>> {
    let mut found = HashMap::new();
    journal::scan(&db.read, query, |cells| {
        let [id, outcome, position, at, actor, remark] = cells else {
            return Err(Error::internal("a decision has six columns here"));
        };
        let outcome = codes::of(columns::Kind::Outcome).into_iter().find(|code| *code == outcome.text());
        let decision = Decision {
            outcome: outcome.ok_or_else(|| Error::internal("no outcome has this code"))?,
            position: position.int()?,
            at_ms: at.int()?,
            actor: actor.text().to_owned(),
            remark: remark.text().to_owned(),
        };
        found.insert(id.int()?, decision);
        Ok(())
    })
    .await?;
    Ok(found)
}

/// The last decision on each thing up to the position. They are as many as papers that two people sign, not as grants.
async fn decisions_of(db: &Database, moment: &Moment, decisions: &Decisions) -> Result<HashMap<i64, Decision>> {
    let kinds: Vec<String> = decisions.outcomes.iter().map(|(kind, _)| format!("'{kind}'")).collect();
    let query = format!(
        "SELECT position, recorded_at_ms, actor_uid, kind, payload FROM events
         WHERE book_id = {} AND kind IN ({}) AND position <= {} ORDER BY position",
        moment.book_id,
        kinds.join(", "),
        moment.at
    );
    let mut found = HashMap::new();
    journal::scan(&db.read, &query, |cells| {
        let [position, at, actor, kind, payload] = cells else {
            return Err(Error::internal("a decision has five columns"));
        };
        let said: serde_json::Value = serde_json::from_slice(payload.bytes()).map_err(Error::internal)?;
        let text = |field: &str| said.get(field).and_then(serde_json::Value::as_str).filter(|text| !text.is_empty());
        let id = said.get(decisions.named_by).and_then(serde_json::Value::as_i64);
        let outcome = decisions.outcomes.iter().find(|(known, _)| *known == kind.text());
        let (Some(id), Some((_, outcome))) = (id, outcome) else {
            return Err(Error::internal(format!("event {} decides on nothing", position.int()?)));
        };
        let decision = Decision {
            outcome,
            position: position.int()?,
            at_ms: at.int()?,
            actor: actor.text().to_owned(),
            remark: text("reason").or_else(|| text("evidence")).unwrap_or_default().to_owned(),
        };
        found.insert(id, decision);
        Ok(())
    })
    .await?;
    Ok(found)
}

/// 数据字典: every column of every table, in Chinese, with the codes that may stand in it.
fn dictionary(asked: Asked<'_>, declared: &Declared, out: &mut (impl Write + Send)) -> Result<Tally> {
    let logins = crate::exports::writer::Logins::new();
    let mut table = Table::of(out, asked.format, asked.lang, declared.columns, logins)?;
    for described in super::all() {
        for (name, kind) in described.columns() {
            let codes: Vec<String> = codes::of(kind)
                .into_iter()
                .map(|code| format!("{code}={}", codes::word(kind, code, Lang::Zh)))
                .collect();
            table.text(described.name)?;
            table.text(&described.title(Lang::Zh))?;
            table.text(name)?;
            table.text(columns::header(Lang::Zh, name))?;
            table.text(columns::title(Lang::En, name))?;
            table.text(codes::cell_type(kind))?;
            table.number(i64::from(described.key.contains(&name)))?;
            table.text(&codes.join("；"))?;
            table.end_row()?;
        }
    }
    table.end()
}

/// Whether a kind of cell is written with an apostrophe where a spreadsheet would run it.
pub(in crate::exports::package) const fn is_guarded(kind: Kind) -> bool {
    matches!(kind, Kind::Words)
}
