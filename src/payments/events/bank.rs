//! Files of the bank: opened, read line by line, taken.

use std::collections::HashMap;

use super::differing::{self, Turn, turn};
use super::rows::{Moving, Stand, known, stand, transfers};
use super::stepping::{Change, Steps};
use super::{Applied, BankFileOpened, BankFileTaken, BankLineRead, StandsFor};
use crate::db::entity::{bank_file_steps, bank_files, bank_lines, discrepancies, line_payments, line_wholes};
use crate::funds;
use crate::journal::{Recorded, Tx};
use crate::kernel::{Error, Result};
use crate::payments::rules::{How, PaymentState};
use crate::payments::store;
use crate::people::Persons;

/// Lines taken at once: so many rows are in memory beside their events.
const AT_ONCE: usize = 5_000;
/// Ids in one condition.
const IDS_AT_ONCE: usize = 500;

/// Opens files of the bank.
pub(super) async fn opened(tx: &mut Tx, run: &[Recorded], persons: &Persons) -> Result<()> {
    let mut rows = Vec::with_capacity(run.len());
    for event in run {
        let opened: BankFileOpened = event.payload()?;
        let balances = opened.balances;
        rows.push(bank_files::Model {
            book_id: tx.book_id(),
            id: event.position,
            profile: opened.profile,
            file_sha256: opened.file,
            file_name: opened.file_name,
            paying_account: opened.paying_account,
            account_number: opened.account_number,
            from_on: balances.as_ref().map(|b| b.from_on.to_string()),
            to_on: balances.as_ref().map(|b| b.to_on.to_string()),
            opening_fen: balances.as_ref().map(|b| b.opening.get()),
            closing_fen: balances.as_ref().map(|b| b.closing.get()),
            state: "open".to_owned(),
            lines_count: 0,
            applied_count: 0,
            first_position: 0,
            last_position: 0,
            loaded_by: event.actor_uid.clone(),
            loaded_person: persons.of(&event.actor_uid)?.to_owned(),
            loaded_at_ms: event.recorded_at.get(),
            undo_reason: String::new(),
            undo_by: None,
            undo_person: None,
            undo_reviewed_by: None,
            undo_reviewed_person: None,
            profile_version: opened.profile_version,
        });
    }
    tx.insert(rows).await
}

/// Keeps lines, what they move and what differs.
pub(super) async fn lines(tx: &mut Tx, run: &[Recorded], persons: &Persons) -> Result<()> {
    for portion in run.chunks(AT_ONCE) {
        let read: Vec<(&Recorded, BankLineRead)> =
            portion.iter().map(|event| Ok((event, event.payload()?))).collect::<Result<_>>()?;
        let book_id = tx.book_id();
        tx.insert(read.iter().map(|(event, line)| row(book_id, event, line)).collect()).await?;
        wholes(tx, &read).await?;
        let mut found = Vec::new();
        for (event, line) in &read {
            found.extend(differences(book_id, event, line, persons.of(&event.actor_uid)?));
        }
        let actors: HashMap<i64, &str> =
            read.iter().map(|(event, _)| (event.position, event.actor_uid.as_str())).collect();
        let actor = |line: i64| actors.get(&line).copied().unwrap_or_default().to_owned();
        differing::opened(tx, found, actor).await?;
        let applied: Vec<Answered<'_>> = read
            .iter()
            .filter_map(|(event, line)| {
                let (payment, applied) = line.payment.zip(line.applied.as_ref())?;
                Some(Answered { event, payment, applied, bank_serial: &line.bank_serial, reason: &line.reason })
            })
            .collect();
        answer(tx, &applied).await?;
    }
    Ok(())
}

/// Keeps what lines stand for as a whole.
async fn wholes(tx: &mut Tx, read: &[(&Recorded, BankLineRead)]) -> Result<()> {
    let (mut wholes, mut members) = (Vec::new(), Vec::new());
    let book_id = tx.book_id();
    for (event, line) in read {
        let Some(stands) = &line.stands_for else { continue };
        let (whole, of_it) = whole(book_id, event.position, stands, None)?;
        wholes.push(whole);
        members.extend(of_it);
    }
    tx.insert(wholes).await?;
    tx.insert(members).await
}

/// What a line stands for as a whole, and each payment of it.
pub(super) fn whole(
    book_id: i64,
    line_id: i64,
    stands: &StandsFor,
    chosen_at: Option<i64>,
) -> Result<(line_wholes::Model, Vec<line_payments::Model>)> {
    let payments = stands.payments.iter().flat_map(|(first, last)| *first..=*last);
    let members: Vec<_> = payments.map(|payment_id| line_payments::Model { book_id, line_id, payment_id }).collect();
    let whole = line_wholes::Model {
        book_id,
        line_id,
        batch: stands.batch,
        part: stands.part,
        payments_count: i64::try_from(members.len()).map_err(Error::internal)?,
        sum_fen: stands.sum.get(),
        chosen_at,
    };
    Ok((whole, members))
}

fn row(book_id: i64, event: &Recorded, line: &BankLineRead) -> bank_lines::Model {
    bank_lines::Model {
        book_id,
        id: event.position,
        file: line.file,
        line: line.line,
        payment: line.payment,
        written_id: line.written_id.clone(),
        account_name: line.account_name.clone(),
        account_number: line.account_number.clone(),
        amount_fen: line.amount.map(crate::kernel::money::Fen::get),
        side: line.side.clone(),
        kind: line.kind.clone(),
        status: line.status.clone(),
        reason: line.reason.clone(),
        bank_serial: line.bank_serial.clone(),
        completed_on: line.completed_on.map(|day| day.to_string()),
        applied: i64::from(line.applied.is_some()),
    }
}

fn differences(book_id: i64, event: &Recorded, line: &BankLineRead, loaded_person: &str) -> Vec<discrepancies::Model> {
    let row = |difference: &crate::payments::rules::Difference| discrepancies::Model {
        book_id,
        line_id: event.position,
        name: difference.name.code().to_owned(),
        file: line.file,
        payment: line.payment,
        book_value: difference.book.clone(),
        bank_value: difference.bank.clone(),
        state: "open".to_owned(),
        loaded_person: loaded_person.to_owned(),
        how: String::new(),
        document: String::new(),
        note: String::new(),
        settled_position: None,
        settled_by: None,
        settled_person: None,
    };
    line.differences.iter().map(row).collect()
}

/// A bank's answer that counts.
pub(super) struct Answered<'a> {
    pub(super) event: &'a Recorded,
    pub(super) payment: i64,
    pub(super) applied: &'a Applied,
    pub(super) bank_serial: &'a str,
    pub(super) reason: &'a str,
}

/// Brings payments and grants where the bank's answers bring them, and moves the money. What differed about a payment
/// before it was answered rightly is settled by that.
pub(super) async fn answer(tx: &mut Tx, answers: &[Answered<'_>]) -> Result<()> {
    let ids: Vec<i64> = answers.iter().map(|answer| answer.payment).collect();
    let mut standing: HashMap<i64, store::Brief> = known(tx, &ids).await?;
    let (mut stands, mut changes, mut moving) = (Vec::new(), Vec::new(), Vec::new());
    for answer in answers {
        let Answered { event, payment: id, applied, bank_serial, reason } = answer;
        let payment = standing
            .get_mut(id)
            .ok_or_else(|| Error::internal(format!("event {} answers no payment {id}", event.position)))?;
        let to = PaymentState::from_code(&applied.state)
            .ok_or_else(|| Error::internal(format!("event {}: no state {}", event.position, applied.state)))?;
        stands.push(Stand {
            payment: *id,
            grant: payment.grant,
            position: event.position,
            from: payment.state,
            to,
            completed_on: Some(applied.completed_on()),
            bank_serial: (*bank_serial).to_owned(),
            reason: (*reason).to_owned(),
        });
        changes.push(Change::of(event, payment, to, reason));
        let (from, key) = (payment.state.stage(), (event.position, 1));
        moving.push(Moving { payment: payment.clone(), key, from, to: to.stage(), on: applied.on });
        payment.state = to;
    }
    let steps = Steps::of(tx, &changes).await?;
    let moves = transfers(tx, &moving).await?;
    funds::post(tx, &moves).await?;
    stand(tx, &stands).await?;
    steps.take(tx).await?;
    answered_later(tx, answers).await
}

async fn answered_later(tx: &mut Tx, answers: &[Answered<'_>]) -> Result<()> {
    let open = store::with_open_differences(tx.connection(), tx.book_id()).await?;
    if open.is_empty() {
        return Ok(());
    }
    for chunk in answers.chunks(IDS_AT_ONCE) {
        for answer in chunk.iter().filter(|answer| open.contains(&answer.payment)) {
            let settled = Turn {
                event: answer.event,
                state: "settled",
                how: Some(How::AnsweredLater),
                document: "",
                note: "",
                person: None,
            };
            let condition = "payment = ? AND line_id < ? AND state = 'open' AND name <> 'duplicate'";
            turn(tx, &settled, condition, vec![answer.payment.into(), answer.event.position.into()]).await?;
        }
    }
    Ok(())
}

/// Files whose lines were all read.
pub(super) async fn taken(tx: &mut Tx, run: &[Recorded]) -> Result<()> {
    for event in run {
        let taken: BankFileTaken = event.payload()?;
        step(tx, event, taken.file, "taken").await?;
        tx.run(
            "UPDATE bank_files SET state = 'taken', lines_count = ?, applied_count = ?, first_position = ?,
                last_position = ? WHERE book_id = ? AND id = ?",
            vec![
                taken.lines.into(),
                taken.applied.into(),
                taken.first.into(),
                taken.last.into(),
                tx.book_id().into(),
                taken.file.into(),
            ],
        )
        .await?;
    }
    Ok(())
}

/// Writes down what became of a file, for reports of any moment.
pub(super) async fn step(tx: &mut Tx, event: &Recorded, file: i64, state: &str) -> Result<()> {
    let (book_id, position) = (tx.book_id(), event.position);
    tx.insert(vec![bank_file_steps::Model { book_id, file, position, state: state.to_owned() }]).await
}
