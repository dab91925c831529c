//! What moves of money do to the tables. The events that move money are those of other features; they post here.

mod spans;

use std::collections::BTreeMap;

use sea_orm::Value;

use super::rules::{Move, Stage};
use crate::db::entity::{balances, transfers};
use crate::journal::{Applier, Tx};
use crate::kernel::dates::Day;
use crate::kernel::{Error, Result};

/// Moves taken at once: what is held beside them in memory stays small.
const MOVES_AT_ONCE: usize = 10_000;
/// Rows of one upsert.
const ROWS_AT_ONCE: usize = 200;

/// This feature's part in replay.
pub static APPLIER: Applier =
    Applier { feature: "funds", kinds: &[], slots: &[], apply: |_, _| Box::pin(async { Ok(()) }) };

/// Opens the five stages of new allotments, with nothing in them.
pub async fn open_stages(tx: &mut Tx, allotments: &[i64]) -> Result<()> {
    let row = |allotment: &i64, stage: Stage| balances::Model {
        book_id: tx.book_id(),
        allotment: *allotment,
        stage: stage.code().to_owned(),
        amount_fen: 0,
    };
    let rows: Vec<balances::Model> = allotments
        .iter()
        .flat_map(|allotment| Stage::ALL.into_iter().map(move |stage| row(allotment, stage)))
        .collect();
    tx.insert(rows).await
}

/// Moves money: writes the transfers and brings all that is derived from them up to date. For appliers only; the moves
/// stand in order of position and line, and were proven when they were decided.
///
/// # Errors
/// `balance_negative` from the constraint; internal if a move goes no lawful way.
pub async fn post(tx: &mut Tx, moves: &[Move]) -> Result<()> {
    let mut posting = Posting::default();
    posting.add(tx, moves).await?;
    posting.end(tx).await
}

/// More moves than fit in memory: added part by part, in order; what is summed up is written once, at the end.
#[derive(Debug, Default)]
pub struct Posting(Sums);

impl Posting {
    /// Writes the transfers of a part down, and since when grants and recipients stand above zero.
    ///
    /// # Errors
    /// Internal if a move goes no lawful way.
    pub async fn add(&mut self, tx: &mut Tx, moves: &[Move]) -> Result<()> {
        if let Some(wrong) = moves.iter().find(|m| !m.is_lawful()) {
            return Err(wrong.unlawful());
        }
        for part in moves.chunks(MOVES_AT_ONCE) {
            // Reads the transfers before these.
            let spans = spans::learned(tx, part).await?;
            tx.insert(part.iter().map(|m| row(tx.book_id(), m)).collect()).await?;
            spans::write(tx, spans).await?;
            for m in part {
                self.0.add(m)?;
            }
        }
        Ok(())
    }

    /// Writes the sums.
    ///
    /// # Errors
    /// `balance_negative` from the constraint.
    pub async fn end(self, tx: &mut Tx) -> Result<()> {
        self.0.write(tx).await
    }
}

fn row(book_id: i64, m: &Move) -> transfers::Model {
    transfers::Model {
        book_id,
        position: m.position,
        line: m.line,
        allotment: m.allotment,
        policy: m.policy,
        grant_id: m.grant,
        recipient: m.recipient,
        from_stage: m.from.code().to_owned(),
        to_stage: m.to.code().to_owned(),
        amount_fen: m.amount.get(),
        effective_on: m.effective_on.to_string(),
        kind: m.kind.clone(),
        subdistrict: m.subdistrict.clone(),
        industry: m.industry.clone(),
        size: m.size.clone(),
        reverses_position: m.reverses.map(|(position, _)| position),
        reverses_line: m.reverses.map(|(_, line)| line),
    }
}

/// The columns by which payments are rolled up: policy, sub-district, industry, size, kind, day.
type Group = (i64, String, String, String, String, Day);

/// What a call adds to the roll-ups, in fen.
#[derive(Debug, Default)]
struct Sums {
    balances: BTreeMap<(i64, Stage), i64>,
    days: BTreeMap<(i64, Stage, Day), (i64, i64)>,
    paid: BTreeMap<Group, (i64, i64)>,
}

impl Sums {
    fn add(&mut self, m: &Move) -> Result<()> {
        let amount = m.amount.get();
        add(self.balances.entry((m.allotment, m.from)).or_default(), -amount)?;
        add(self.balances.entry((m.allotment, m.to)).or_default(), amount)?;
        add(&mut self.days.entry((m.allotment, m.to, m.effective_on)).or_default().0, amount)?;
        add(&mut self.days.entry((m.allotment, m.from, m.effective_on)).or_default().1, amount)?;
        if let Some((paid, returned)) = m.paid_and_returned() {
            let group =
                (m.policy, m.subdistrict.clone(), m.industry.clone(), m.size.clone(), m.kind.clone(), m.effective_on);
            let sums = self.paid.entry(group).or_default();
            add(&mut sums.0, paid)?;
            add(&mut sums.1, returned)?;
        }
        Ok(())
    }

    async fn write(self, tx: &mut Tx) -> Result<()> {
        for ((allotment, stage), net) in self.balances {
            let touched = tx
                .run(
                    "UPDATE balances SET amount_fen = amount_fen + ? WHERE book_id = ? AND allotment = ? AND stage = ?",
                    vec![net.into(), tx.book_id().into(), allotment.into(), stage.code().into()],
                )
                .await?;
            if touched != 1 {
                return Err(Error::internal(format!("allotment {allotment} has no stage {stage}")));
            }
        }
        let days = self.days.into_iter().map(|((allotment, stage, day), (entered, left))| {
            vec![allotment.into(), stage.code().into(), day.to_string().into(), entered.into(), left.into()]
        });
        upsert(tx, "stage_days", &["allotment", "stage", "effective_on"], &["in_fen", "out_fen"], days).await?;
        let paid = self.paid.into_iter().map(|((policy, subdistrict, industry, size, kind, day), (paid, returned))| {
            let words: [Value; 5] =
                [subdistrict.into(), industry.into(), size.into(), kind.into(), day.to_string().into()];
            [vec![policy.into()], words.to_vec(), vec![paid.into(), returned.into()]].concat()
        });
        let group = ["policy", "subdistrict", "industry", "size", "kind", "effective_on"];
        upsert(tx, "paid_days", &group, &["paid_fen", "returned_fen"], paid).await
    }
}

fn add(sum: &mut i64, amount: i64) -> Result<()> {
    *sum = sum.checked_add(amount).ok_or_else(|| Error::internal("a sum of transfers leaves the range"))?;
    Ok(())
}

/// Adds amounts to the rows with these keys; rows that are not there yet begin with them.
async fn upsert(
    tx: &mut Tx,
    table: &str,
    key: &[&str],
    sums: &[&str],
    rows: impl Iterator<Item = Vec<Value>>,
) -> Result<()> {
    let columns = [key, sums].concat().join(", ");
    let places = vec!["?"; key.len() + sums.len() + 1].join(", ");
    let added: Vec<String> = sums.iter().map(|sum| format!("{sum} = {table}.{sum} + excluded.{sum}")).collect();
    let (key, added) = (key.join(", "), added.join(", "));
    let mut rows = rows.peekable();
    while rows.peek().is_some() {
        let part: Vec<Vec<Value>> = rows.by_ref().take(ROWS_AT_ONCE).collect();
        let lists = vec![format!("({places})"); part.len()].join(", ");
        let statement = format!(
            "INSERT INTO {table} (book_id, {columns}) VALUES {lists}
             ON CONFLICT (book_id, {key}) DO UPDATE SET {added}"
        );
        let book_id: Value = tx.book_id().into();
        let values = part.into_iter().flat_map(|row| std::iter::once(book_id.clone()).chain(row)).collect();
        tx.run(&statement, values).await?;
    }
    Ok(())
}
