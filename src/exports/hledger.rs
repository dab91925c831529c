//! `hledger`: the book as a journal that hledger (1.x) reads and checks: an account for each stage of each policy.
//!
//! One transaction is what one event moved with effect on one day, in the order of days, then of positions; two postings a
//! transfer. `hledger check --strict ordereddates` holds, and balances are those of the trial balance.

use std::collections::BTreeSet;
use std::io::Write;

use super::queries::tell_of;
use super::request::Request;
use super::writer::Tally;
use crate::db::Database;
use crate::funds::Stage;
use crate::journal::{self, Cell, Head};
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};

/// Writes the journal.
pub(super) async fn write(
    db: &Database,
    head: &Head,
    request: &Request,
    at: i64,
    out: &mut (impl Write + Send),
    progress: &mut (dyn FnMut(u64) + Send),
) -> Result<Tally> {
    let put = |out: &mut dyn Write, text: &str| out.write_all(text.as_bytes()).map_err(Error::internal);
    let begins = format!(
        "; relief-ledger hledger 1\n; book {} as of {} at position {at}\n\ncommodity 1000.00 CNY\n\n",
        head.code, request.as_of
    );
    put(out, &begins)?;
    for policy in policies(db, head, request, at).await? {
        for stage in Stage::ALL {
            put(out, &format!("account {}\n", account(&policy, stage.code())))?;
        }
    }
    let (mut rows, mut last) = (0, None);
    journal::scan(&db.read, &transfers(head, request, at), |cells| {
        let [on, position, kind, policy, document, reference, from, to, amount] = cells else {
            return Err(Error::internal("a transfer has nine columns here"));
        };
        let key = (on.text().to_owned(), position.int()?);
        if last.as_ref() != Some(&key) {
            put(out, &format!("\n{} ({}) {}\n", key.0, key.1, kind.text()))?;
            last = Some(key);
        }
        let amount = Fen::new(amount.int()?).plain();
        let about = comment(document, reference);
        let (to, from) = (account(policy.text(), to.text()), account(policy.text(), from.text()));
        put(out, &format!("    {to}  {amount} CNY{about}\n    {from}  -{amount} CNY{about}\n"))?;
        rows += 1;
        tell_of(rows, progress);
        Ok(())
    })
    .await?;
    Ok(Tally { rows, ..Tally::default() })
}

/// The account of a stage of a policy. Codes of policies are words of the bureau: what hledger would read as something else is
/// written as a hyphen.
fn account(policy: &str, stage: &str) -> String {
    let policy: String =
        policy.chars().map(|c| if c == ':' || c == ';' || c.is_whitespace() { '-' } else { c }).collect();
    format!("relief:{policy}:{stage}")
}

/// Document of the allotment and reference of the grant. A colon would make a tag of the word before it.
fn comment(document: &Cell, reference: &Cell) -> String {
    let words = [document, reference].map(|cell| if *cell == Cell::Null { "" } else { cell.text() });
    let words = words.join(" ").trim().replace(':', "：").replace(['\n', '\r', ','], " ");
    if words.is_empty() { words } else { format!("  ; {words}") }
}

async fn policies(db: &Database, head: &Head, request: &Request, at: i64) -> Result<BTreeSet<String>> {
    let query = format!(
        "SELECT DISTINCT p.code FROM transfers t JOIN policies p ON p.book_id = t.book_id AND p.id = t.policy
         WHERE t.book_id = {} AND t.position <= {at} AND t.effective_on <= '{}'",
        head.book_id, request.as_of
    );
    let mut codes = BTreeSet::new();
    journal::scan(&db.read, &query, |cells| {
        codes.extend(cells.first().map(|cell| cell.text().to_owned()));
        Ok(())
    })
    .await?;
    Ok(codes)
}

fn transfers(head: &Head, request: &Request, at: i64) -> String {
    format!(
        "SELECT t.effective_on, t.position, e.kind, p.code, a.document_number, g.reference, t.from_stage, t.to_stage,
             t.amount_fen
         FROM transfers t
         JOIN events e ON e.book_id = t.book_id AND e.position = t.position
         JOIN policies p ON p.book_id = t.book_id AND p.id = t.policy
         JOIN allotments a ON a.book_id = t.book_id AND a.id = t.allotment
         LEFT JOIN grants g ON g.book_id = t.book_id AND g.id = t.grant_id
         WHERE t.book_id = {} AND t.position <= {at} AND t.effective_on <= '{}'
         ORDER BY t.effective_on, t.position, t.line",
        head.book_id, request.as_of
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hledger_would_read_as_something_else_is_no_part_of_an_account() {
        assert_eq!(account("BL2020-01", "payable"), "relief:BL2020-01:payable");
        assert_eq!(account("纾困 一:二;三", "source"), "relief:纾困-一-二-三:source");
    }

    #[test]
    fn a_comment_holds_no_tag_and_no_second_line() {
        let text = |words: &str| Cell::Text(words.into());
        assert_eq!(comment(&text("仑财〔2020〕1号"), &Cell::Null), "  ; 仑财〔2020〕1号");
        assert_eq!(comment(&text("a:b"), &text("x\ny")), "  ; a：b x y");
        assert_eq!(comment(&Cell::Null, &Cell::Null), "");
    }
}
