//! `360giving`: the grants that were awarded, in the 360Giving Data Standard 1.4.3, as JSON or as its CSV.
//!
//! Enterprises are named by their 统一社会信用代码 (`CN-USCI-…`, org-id.guide). Sole traders and others are people: the standard
//! asks for a generic name, and the number stays in the book.

use std::io::Write;

use super::queries::tell_of;
use super::request::{FileFormat, Request};
use super::writer::Tally;
use crate::db::Database;
use crate::journal::{self, Cell, Head};
use crate::kernel::csv::{is_formula, quote};
use crate::kernel::instant::Instant;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Refusal, Result};

/// The name of everybody who is no enterprise, in the words of the standard.
const INDIVIDUAL: &str = "Individual Recipient";
/// The kind of market entities that are people, and how their codes begin (GB 32100: 9 工商, 2 个体工商户). One of both is enough:
/// the book takes a kind as it was written.
const SOLE_TRADER: &str = "个体工商户";
const SOLE_TRADERS_CODE: &str = "92";
/// States before a grant is awarded, and after it turned out not to be one.
const NOT_AWARDED: &str = "'draft', 'submitted', 'refused', 'cancelled', 'struck', 'undone', 'corrected'";

/// Titles of the columns, as the standard names them.
const TITLES: [&str; 18] = [
    "Identifier",
    "Title",
    "Description",
    "Currency",
    "Amount Awarded",
    "Amount Disbursed",
    "Award Date",
    "Recipient Org:Identifier",
    "Recipient Org:Name",
    "Recipient Ind:Identifier",
    "Recipient Ind:Name",
    "Beneficiary Location:Name",
    "Beneficiary Location:Country Code",
    "Funding Org:Identifier",
    "Funding Org:Name",
    "Grant Programme:Code",
    "Grant Programme:Title",
    "Last Modified",
];

/// One grant in the words of the standard.
struct Grant {
    id: String,
    title: String,
    description: String,
    awarded: Fen,
    disbursed: Fen,
    awarded_on: String,
    recipient: Recipient,
    subdistrict: String,
    policy: String,
    changed_at: Instant,
}

enum Recipient {
    Organisation { id: String, name: String },
    Individual { id: String },
}

/// Writes the grants awarded by the day, as known at the position.
///
/// # Errors
/// `giving_without_grants`: the standard knows no file without one.
pub(super) async fn write(
    db: &Database,
    head: &Head,
    request: &Request,
    at: i64,
    out: &mut (impl Write + Send),
    progress: &mut (dyn FnMut(u64) + Send),
) -> Result<Tally> {
    let funder = funder(head);
    let is_json = request.format == FileFormat::Json;
    let mut put = |line: &[u8]| out.write_all(line).map_err(Error::internal);
    if is_json {
        put(b"{\"version\":\"1.4\",\"grants\":[")?;
    } else {
        put(&csv_line(TITLES.map(str::to_owned)))?;
    }
    let (mut rows, mut sum) = (0, Fen::ZERO);
    journal::scan(&db.read, &query(head, request, at), |cells| {
        let grant = read(&funder, cells)?;
        sum = sum.checked_add(grant.awarded).ok_or_else(|| Error::internal("a sum is too large"))?;
        if is_json {
            put(if rows == 0 { b"\n" } else { b",\n" })?;
            put(json(&funder, &head.name, &grant)?.as_bytes())?;
        } else {
            put(&csv(&funder, &head.name, grant))?;
        }
        rows += 1;
        tell_of(rows, progress);
        Ok(())
    })
    .await?;
    if rows == 0 {
        return Err(Refusal::new("giving_without_grants").into());
    }
    if is_json {
        put(b"\n]}\n")?;
    }
    Ok(Tally { rows, sums: vec![("amountAwarded".to_owned(), sum)], ..Tally::default() })
}

/// Whether a grant was awarded by the day, as known at the position: else there is no file.
pub(super) async fn has_grants(db: &Database, head: &Head, request: &Request, at: i64) -> Result<bool> {
    let mut found = false;
    let query = format!("SELECT x.id FROM ({}) x LIMIT 1", query(head, request, at));
    journal::scan(&db.read, &query, |_| {
        found = true;
        Ok(())
    })
    .await?;
    Ok(found)
}

/// The bureau has no number in a public list that the book knows: it is called by its division and the book.
fn funder(head: &Head) -> String {
    format!("relief-ledger-{}-{}", head.division, head.code)
}

fn query(head: &Head, request: &Request, at: i64) -> String {
    format!(
        "SELECT g.id, g.reference, g.name, g.kind, g.subdistrict, r.id AS recipient, r.id_type, r.number, p.code, v.title,
             v.document_number, s.amount_fen, t.net_fen, t.awarded_on, e.recorded_at_ms
         FROM grants g
         JOIN recipients r ON r.book_id = g.book_id AND r.id = g.recipient
         JOIN policies p ON p.book_id = g.book_id AND p.id = g.policy
         JOIN policy_versions v ON v.book_id = p.book_id AND v.policy = p.id AND v.position = (
             SELECT MAX(x.position) FROM policy_versions x
             WHERE x.book_id = p.book_id AND x.policy = p.id AND x.position <= {at})
         JOIN grant_steps s ON s.book_id = g.book_id AND s.grant_id = g.id AND s.position = (
             SELECT MAX(y.position) FROM grant_steps y
             WHERE y.book_id = g.book_id AND y.grant_id = g.id AND y.position <= {at})
         JOIN events e ON e.book_id = s.book_id AND e.position = s.position
         JOIN (SELECT grant_id,
                 MIN(CASE WHEN from_stage = 'available' AND reverses_position IS NULL THEN effective_on END) AS awarded_on,
                 CAST(SUM(CASE WHEN to_stage = 'disbursed' THEN amount_fen WHEN from_stage = 'disbursed' THEN -amount_fen
                     ELSE 0 END) AS BIGINT) AS net_fen
               FROM transfers WHERE book_id = {book_id} AND grant_id IS NOT NULL AND position <= {at}
                 AND effective_on <= '{as_of}' GROUP BY grant_id) t ON t.grant_id = g.id
         WHERE g.book_id = {book_id} AND g.id <= {at} AND s.state NOT IN ({NOT_AWARDED}) AND t.awarded_on IS NOT NULL
         ORDER BY g.id",
        book_id = head.book_id,
        as_of = request.as_of
    )
}

fn read(funder: &str, cells: &[Cell]) -> Result<Grant> {
    let [
        id,
        reference,
        name,
        kind,
        subdistrict,
        recipient,
        id_type,
        number,
        policy,
        title,
        document,
        amount,
        net,
        awarded_on,
        changed,
    ] = cells
    else {
        return Err(Error::internal("a grant has fifteen columns here"));
    };
    let is_person =
        id_type.text() != "uscc" || kind.text() == SOLE_TRADER || number.text().starts_with(SOLE_TRADERS_CODE);
    let recipient = if is_person {
        Recipient::Individual { id: format!("{funder}-recipient-{}", recipient.int()?) }
    } else {
        Recipient::Organisation { id: format!("CN-USCI-{}", number.text()), name: name.text().to_owned() }
    };
    Ok(Grant {
        id: format!("{funder}-{}", id.int()?),
        title: title.text().to_owned(),
        description: format!("{} {} {}", title.text(), document.text(), reference.text()),
        awarded: Fen::new(amount.int()?),
        disbursed: Fen::new(net.int()?),
        awarded_on: awarded_on.text().to_owned(),
        recipient,
        subdistrict: subdistrict.text().to_owned(),
        policy: policy.text().to_owned(),
        changed_at: Instant::new(changed.int()?),
    })
}

/// One grant as JSON. Amounts are its numbers, written as the book has them: two decimals, through no binary fraction.
fn json(funder: &str, name: &str, grant: &Grant) -> Result<String> {
    let text = |text: &str| serde_json::to_string(text).map_err(Error::internal);
    let recipient = match &grant.recipient {
        Recipient::Organisation { id, name } => {
            format!("\"recipientOrganization\":[{{\"id\":{},\"name\":{}}}]", text(id)?, text(name)?)
        }
        Recipient::Individual { id } => {
            format!("\"recipientIndividual\":{{\"id\":{},\"name\":{}}}", text(id)?, text(INDIVIDUAL)?)
        }
    };
    Ok(format!(
        "{{\"id\":{},\"title\":{},\"description\":{},\"currency\":\"CNY\",\"amountAwarded\":{},\"amountDisbursed\":{},\
         \"awardDate\":{},{recipient},\"beneficiaryLocation\":[{{\"name\":{},\"countryCode\":\"CN\"}}],\
         \"fundingOrganization\":[{{\"id\":{},\"name\":{}}}],\"grantProgramme\":[{{\"code\":{},\"title\":{}}}],\
         \"dateModified\":{}}}",
        text(&grant.id)?,
        text(&grant.title)?,
        text(&grant.description)?,
        grant.awarded.plain(),
        grant.disbursed.plain(),
        text(&grant.awarded_on)?,
        text(&grant.subdistrict)?,
        text(funder)?,
        text(name)?,
        text(&grant.policy)?,
        text(&grant.title)?,
        text(&grant.changed_at.print())?,
    ))
}

fn csv(funder: &str, name: &str, grant: Grant) -> Vec<u8> {
    let [organisation, individual] = match grant.recipient {
        Recipient::Organisation { id, name } => [[id, name], [String::new(), String::new()]],
        Recipient::Individual { id } => [[String::new(), String::new()], [id, INDIVIDUAL.to_owned()]],
    };
    let [organisation_id, organisation_name] = organisation;
    let [individual_id, individual_name] = individual;
    csv_line([
        grant.id,
        grant.title.clone(),
        grant.description,
        "CNY".to_owned(),
        grant.awarded.plain(),
        grant.disbursed.plain(),
        grant.awarded_on,
        organisation_id,
        organisation_name,
        individual_id,
        individual_name,
        grant.subdistrict,
        "CN".to_owned(),
        funder.to_owned(),
        name.to_owned(),
        grant.policy,
        grant.title,
        grant.changed_at.print(),
    ])
}

/// A line of the file, guarded against formulas like every CSV of the book.
fn csv_line(cells: [String; 18]) -> Vec<u8> {
    let mut line = Vec::with_capacity(512);
    for (index, cell) in cells.into_iter().enumerate() {
        if index > 0 {
            line.push(b',');
        }
        if is_formula(&cell) {
            line.push(b'\'');
        }
        quote(&mut line, &cell);
    }
    line.extend_from_slice(b"\r\n");
    line
}
