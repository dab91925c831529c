//! Vouchers as pages show them.

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::db::entity::vouchers;
use crate::db::sql;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::vouchers::rules::{self, Act, Side, VoucherKind};

/// A voucher with what stands above and below its entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voucher {
    /// The voucher.
    pub id: i64,
    /// Its type.
    pub kind: VoucherKind,
    /// Its month.
    pub month: String,
    /// Its number among those of its type and month.
    pub number: i64,
    /// Its day.
    pub made_on: Day,
    /// Whether it takes back what other vouchers say.
    pub is_red: bool,
    /// What was done.
    pub act: Act,
    /// To which record; zero if to none.
    pub subject: i64,
    /// Position of the first event whose transfers it stands for.
    pub first: i64,
    /// Position of the last one.
    pub last: i64,
    /// Version of the posting rules; zero for those shipped.
    pub rules: i64,
    /// 摘要
    pub summary: String,
    /// 附件张数
    pub attachments: i64,
    /// 支付凭证号
    pub payment_voucher: String,
    /// The larger of the debits of its sides.
    pub sum: Fen,
    /// 经办
    pub prepared_by: Vec<String>,
    /// 复核
    pub reviewed_by: Vec<String>,
    /// 审批
    pub approved_by: Vec<String>,
    /// 出纳
    pub cashiers: Vec<String>,
}

impl Voucher {
    /// Its name: `付-2020-10-0001`.
    pub fn name(&self) -> String {
        rules::name(self.kind, &self.month, self.number)
    }
}

fn uids(listed: &str) -> Vec<String> {
    listed.split(',').filter(|uid| !uid.is_empty()).map(str::to_owned).collect()
}

fn view(row: vouchers::Model) -> Result<Voucher> {
    let strange = |word: &str| Error::internal(format!("voucher {} is {word}", row.id));
    Ok(Voucher {
        kind: VoucherKind::from_code(&row.kind).ok_or_else(|| strange(&row.kind))?,
        act: Act::from_code(&row.act).ok_or_else(|| strange(&row.act))?,
        made_on: Day::parse(&row.made_on)?,
        id: row.id,
        month: row.month,
        number: row.number,
        is_red: row.is_red == 1,
        subject: row.subject,
        first: row.first_position,
        last: row.last_position,
        rules: row.rules,
        summary: row.summary,
        attachments: row.attachments,
        payment_voucher: row.payment_voucher,
        sum: Fen::new(row.sum_fen),
        prepared_by: uids(&row.prepared_by),
        reviewed_by: uids(&row.reviewed_by),
        approved_by: uids(&row.approved_by),
        cashiers: uids(&row.cashiers),
    })
}

/// One voucher.
///
/// # Errors
/// `NotFound`.
pub async fn voucher(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<Voucher> {
    let query = "SELECT * FROM vouchers WHERE book_id = ? AND id = ?";
    let row: Option<vouchers::Model> = sql::one(c, query, vec![book_id.into(), id.into()]).await?;
    view(row.ok_or(Error::NotFound)?)
}

/// Vouchers of a month with ids above `after`, in the order of their making; of one type if one is given.
pub async fn vouchers_of_month(
    c: &impl ConnectionTrait,
    book_id: i64,
    (month, kind): (&str, Option<VoucherKind>),
    (after, limit): (i64, u64),
) -> Result<Vec<Voucher>> {
    let of_kind = kind.map_or(String::new(), |kind| format!("AND kind = '{}'", kind.code()));
    let query = format!(
        "SELECT * FROM vouchers WHERE book_id = ? AND month = ? {of_kind} AND id > ? ORDER BY id LIMIT {limit}"
    );
    let values = vec![book_id.into(), month.into(), after.into()];
    sql::all::<vouchers::Model>(c, &query, values).await?.into_iter().map(view).collect()
}

/// A voucher by name, for links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brief {
    /// The voucher.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Whether it is red.
    pub is_red: bool,
    /// Its sum.
    pub sum: Fen,
}

fn brief(voucher: Voucher) -> Brief {
    Brief { id: voucher.id, name: voucher.name(), is_red: voucher.is_red, sum: voucher.sum }
}

/// The vouchers of what was done to one record, in the order of their making.
pub async fn of_subject(c: &impl ConnectionTrait, book_id: i64, acts: &[Act], subject: i64) -> Result<Vec<Brief>> {
    let acts: Vec<String> = acts.iter().map(|act| format!("'{}'", act.code())).collect();
    let query =
        format!("SELECT * FROM vouchers WHERE book_id = ? AND subject = ? AND act IN ({}) ORDER BY id", acts.join(","));
    let rows: Vec<vouchers::Model> = sql::all(c, &query, vec![book_id.into(), subject.into()]).await?;
    rows.into_iter().map(|row| view(row).map(brief)).collect()
}

/// A voucher that takes another back or is taken back, and how much of the one that is taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reversal {
    /// The other voucher.
    pub voucher: Brief,
    /// How much; zero where the event does not tell.
    pub taken: Fen,
}

/// The vouchers that a voucher takes back, and those that take it back.
pub async fn reversals(c: &impl ConnectionTrait, book_id: i64, id: i64) -> Result<(Vec<Reversal>, Vec<Reversal>)> {
    #[derive(FromQueryResult)]
    struct Taken {
        taken_fen: i64,
    }
    let mut both = Vec::with_capacity(2);
    for (of, other) in [("voucher", "reversed"), ("reversed", "voucher")] {
        let rest = format!(
            "FROM voucher_reversals r JOIN vouchers v ON v.book_id = r.book_id AND v.id = r.{other}
             WHERE r.book_id = ? AND r.{of} = ? ORDER BY v.id"
        );
        let values = || vec![book_id.into(), id.into()];
        let rows: Vec<vouchers::Model> = sql::all(c, &format!("SELECT v.* {rest}"), values()).await?;
        let taken: Vec<Taken> = sql::all(c, &format!("SELECT r.taken_fen {rest}"), values()).await?;
        let reversal = |(row, taken): (vouchers::Model, Taken)| {
            Ok(Reversal { voucher: brief(view(row)?), taken: Fen::new(taken.taken_fen) })
        };
        both.push(rows.into_iter().zip(taken).map(reversal).collect::<Result<Vec<_>>>()?);
    }
    let by = both.pop().unwrap_or_default();
    Ok((both.pop().unwrap_or_default(), by))
}

/// How many vouchers of a type there are in a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Month {
    /// The month.
    pub month: String,
    /// The type.
    pub kind: VoucherKind,
    /// How many.
    pub count: i64,
    /// The highest number, which is how many there are.
    pub last: i64,
    /// What they come to, red ones taken off.
    pub sum: Fen,
}

/// The months that have vouchers, the newest first, by type.
pub async fn months(c: &impl ConnectionTrait, book_id: i64) -> Result<Vec<Month>> {
    #[derive(FromQueryResult)]
    struct Row {
        month: String,
        kind: String,
        n: i64,
        last: i64,
        sum_fen: i64,
    }
    let query = "SELECT month, kind, COUNT(*) AS n, MAX(number) AS last,
             CAST(SUM(CASE WHEN is_red = 1 THEN -sum_fen ELSE sum_fen END) AS BIGINT) AS sum_fen
         FROM vouchers WHERE book_id = ? GROUP BY month, kind";
    let rows: Vec<Row> = sql::all(c, query, vec![book_id.into()]).await?;
    let month = |row: Row| {
        let kind = VoucherKind::from_code(&row.kind);
        Ok(Month {
            kind: kind.ok_or_else(|| Error::internal(format!("vouchers of {} are {}", row.month, row.kind)))?,
            month: row.month,
            count: row.n,
            last: row.last,
            sum: Fen::new(row.sum_fen),
        })
    };
    let mut months: Vec<Month> = rows.into_iter().map(month).collect::<Result<_>>()?;
    months.sort_by(|one, other| other.month.cmp(&one.month).then(one.kind.cmp(&other.kind)));
    Ok(months)
}

/// An entry with the names of what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Financial or budget side.
    pub side: Side,
    /// Code of the account.
    pub account: String,
    /// Its name.
    pub account_name: String,
    /// The phrase of the rule.
    pub words: String,
    /// Code of the policy.
    pub policy: String,
    /// Document number of the allotment.
    pub allotment: String,
    /// The id of the allotment.
    pub allotment_id: i64,
    /// Zero if it is credited.
    pub debit: Fen,
    /// Zero if it is debited.
    pub credit: Fen,
}

/// The entries of a voucher, in order.
pub async fn entries_of(c: &impl ConnectionTrait, book_id: i64, voucher: i64) -> Result<Vec<Entry>> {
    #[derive(FromQueryResult)]
    struct Row {
        side: String,
        account: String,
        account_name: String,
        words: String,
        code: String,
        document_number: String,
        allotment: i64,
        debit_fen: i64,
        credit_fen: i64,
    }
    let query =
        "SELECT l.side, l.account, l.account_name, l.words, p.code, a.document_number, l.allotment, l.debit_fen,
             l.credit_fen
         FROM voucher_lines l
         JOIN policies p ON p.book_id = l.book_id AND p.id = l.policy
         JOIN allotments a ON a.book_id = l.book_id AND a.id = l.allotment
         WHERE l.book_id = ? AND l.voucher = ? ORDER BY l.line";
    let rows: Vec<Row> = sql::all(c, query, vec![book_id.into(), voucher.into()]).await?;
    let entry = |row: Row| {
        let side = Side::from_code(&row.side);
        Ok(Entry {
            side: side.ok_or_else(|| Error::internal(format!("an entry is of the side {}", row.side)))?,
            account: row.account,
            account_name: row.account_name,
            words: row.words,
            policy: row.code,
            allotment: row.document_number,
            allotment_id: row.allotment,
            debit: Fen::new(row.debit_fen),
            credit: Fen::new(row.credit_fen),
        })
    };
    rows.into_iter().map(entry).collect()
}
