//! A cashier loads a file of the bank: read whole or refused whole, each line judged, nothing lost.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tokio::task::spawn_blocking;

use super::again::SaidBefore;
use super::sender::{self, Sender};
use super::stands::{Found, Standing, may_stand};
use super::{FileAnswer, frozen, named_payment, whole};
use crate::funds::{self, DaySums};
use crate::journal::{Ask, Desk, Door, Head};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Refusal, Result};
use crate::payments::events::{
    Applied, BankFileOpened, BankFileTaken, BankLineRead, KIND_BANK_FILE_OPENED, KIND_BANK_FILE_TAKEN,
    KIND_BANK_LINE_READ, StatedBalances,
};
use crate::payments::files::{self, BankFile, BankLine, FileDirection, Status};
use crate::payments::rules::{
    Answer, Difference, Known, Name, PaymentState, Said, Verdict, judge, judge_again, same_cues,
};
use crate::payments::store;
use crate::people::{Role, must};
use crate::periods::{self, Closed};
use crate::sheets::Faults;
use crate::vouchers::{self, Act, Draft, Hands, Occasion};

/// Lines judged together: what they name is loaded in few queries.
const PORTION: usize = 2_000;

/// What a file of the bank brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Loaded {
    /// The file.
    pub file: i64,
    /// Its lines.
    pub lines: i64,
    /// Lines from which something followed.
    pub applied: i64,
    /// Differences by name.
    pub discrepancies: BTreeMap<&'static str, i64>,
    /// What a person should know who sees the file otherwise than it was read.
    #[serde(skip)]
    pub notices: Vec<Refusal>,
}

/// How a file of the bank is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Through<'a> {
    /// By which profile.
    pub profile: &'a str,
    /// Of which paying account it is, where it says nothing of that itself.
    pub account: Option<i64>,
}

impl<'a> From<&'a str> for Through<'a> {
    fn from(profile: &'a str) -> Self {
        Self { profile, account: None }
    }
}

/// What a request is, for its key.
#[derive(Debug, Serialize, Deserialize)]
struct Asked {
    profile: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account: Option<i64>,
    file: String,
    file_name: String,
}

/// A file as it was sent.
#[derive(Debug, Clone)]
struct Sent {
    bytes: Arc<Vec<u8>>,
    sha256: String,
    name: String,
    profile: String,
    profile_version: i64,
    /// Of which paying account somebody said that it is.
    account: Option<i64>,
    /// Its lines are those of an account, also where it says no balances.
    is_statement: bool,
}

/// Loads a file of the bank. Cashiers. What is wrong with the file is an answer: then nothing of it was stored.
///
/// # Errors
/// `Forbidden`, `profile_unknown`, `bank_file_same` (`file`), `bank_currency_foreign` (`found`), `bank_batch_unknown`
/// (`batch`), `paying_account_unknown`, `bank_file_of_another` (`said`, `chosen`), `reconciliation_signed`
/// (`reconciliation`); `KeyConflict` …
pub async fn load_bank_file<'a>(
    door: &Door,
    ask: Ask,
    head: &Head,
    through: impl Into<Through<'a>>,
    file_name: String,
    bytes: Vec<u8>,
) -> Result<Result<Loaded, Faults>> {
    let Through { profile: profile_name, account } = through.into();
    let used = store::profile(&door.db.read, ask.book_id, profile_name, FileDirection::In).await?;
    let (found, profile_version) = (Arc::clone(&used.profile), used.version);
    let bytes = Arc::new(bytes);
    let taken = Arc::clone(&bytes);
    let (sha256, read) =
        spawn_blocking(move || (hex::encode(Sha256::digest(taken.as_slice())), files::read(&found, &taken)))
            .await
            .map_err(Error::internal)?;
    let read = match read {
        Ok(read) => Arc::new(read),
        Err(faults) => return Ok(Err(faults)),
    };
    let notices = read.notices.clone();
    let (is_statement, profile) = (used.profile.is_statement(), profile_name.to_owned());
    let sent = Sent { bytes, sha256, name: file_name, profile, profile_version, account, is_statement };
    let (profile, file, file_name) = (sent.profile.clone(), sent.sha256.clone(), sent.name.clone());
    let content = Asked { profile, account, file, file_name };
    let (book_id, head) = (ask.book_id, head.clone());
    let answer = door
        .command(ask, &content, move |desk| {
            let (sent, read, head) = (sent.clone(), Arc::clone(&read), head.clone());
            Box::pin(async move {
                must(desk, &[Role::Cashier]).await?;
                write(desk, &head, &sent, &read).await
            })
        })
        .await?;
    Ok(Ok(Loaded { notices, ..told(door, book_id, answer.file).await? }))
}

/// What a file brought, also when the request is repeated.
async fn told(door: &Door, book_id: i64, file: i64) -> Result<Loaded> {
    let found = store::bank_file(&door.db.read, book_id, file).await?;
    let mut discrepancies = BTreeMap::new();
    for (name, count) in store::counted(&door.db.read, book_id, file).await? {
        discrepancies.insert(name.code(), count);
    }
    Ok(Loaded { file, lines: found.lines, applied: found.applied, discrepancies, notices: Vec::new() })
}

async fn write(desk: &mut Desk, head: &Head, sent: &Sent, read: &BankFile) -> Result<FileAnswer> {
    if let Some(before) = store::of_content(desk.tx.connection(), desk.book_id(), &sent.sha256).await? {
        return Err(Refusal::new("bank_file_same").with("file", before).into());
    }
    read.in_yuan()?;
    let answered = whole::lines(desk, head, read).await?;
    let file = desk.next_position();
    let answer = FileAnswer { file };
    desk.answer_is(&answer)?;
    let kept = desk.keep_file(&sent.bytes).await?;
    let (opened, account_number) = opened(desk, sent, kept, read).await?;
    if let Some(stated) = &opened.balances {
        frozen::must_be_open(desk, opened.paying_account, (stated.from_on, stated.to_on)).await?;
    }
    desk.emit(KIND_BANK_FILE_OPENED, 1, &opened)?;
    let first = desk.next_position();
    let closed = periods::closed(desk.tx.connection(), desk.book_id()).await?;
    let was_reopened = periods::was_reopened(desk.tx.connection(), desk.book_id()).await?;
    let mut judging = Judging::on(desk.today(), (closed, was_reopened), sent.is_statement, &opened);
    judging.sender = Sender::of(head, read, &account_number, sent.is_statement);
    let mut applied = 0;
    let mut orders = BTreeSet::new();
    for portion in answered.chunks(PORTION) {
        judging.load(desk, head, portion).await?;
        for line in portion {
            let read = judging.line(desk, head, file, line).await?;
            applied += i64::from(read.applied.is_some());
            orders.extend(line.voucher_number.as_deref().filter(|_| read.applied.is_some()));
            desk.emit(KIND_BANK_LINE_READ, 1, &read)?;
        }
    }
    judging.prove(desk).await?;
    let lines = i64::try_from(answered.len()).map_err(Error::internal)?;
    let last = desk.next_position() - 1;
    desk.emit(KIND_BANK_FILE_TAKEN, 1, &BankFileTaken { file, lines, applied, first, last })?;
    desk.flush().await?;
    frozen::effects_are_open(desk, (file, first, last)).await?;
    if applied > 0 {
        vouchers::write(desk, draft(desk, (file, first, last), &orders)).await?;
    }
    Ok(answer)
}

/// What the vouchers of a file say; of several numbers of the treasury the first.
fn draft(desk: &Desk, (file, first, last): (i64, i64, i64), orders: &BTreeSet<&str>) -> Draft {
    let payment_voucher = match (orders.first(), orders.len()) {
        (Some(number), 1) => (*number).to_owned(),
        (Some(number), several) => format!("{number} 等 {several} 号"),
        _ => String::new(),
    };
    let cashier = vec![desk.actor().uid.clone()];
    Draft {
        act: Act::BankFile,
        subject: file,
        positions: (first, last),
        occasion: Occasion::Ordinary,
        summary: format!("银行回单 {file}"),
        attachments: 1,
        payment_voucher,
        hands: Hands { prepared_by: cashier.clone(), cashiers: cashier, ..Hands::default() },
    }
}

/// What is written down of a file as a whole; and the number of its account, as it says or as somebody said.
async fn opened(desk: &Desk, sent: &Sent, kept: String, read: &BankFile) -> Result<(BankFileOpened, String)> {
    let number = read.account_number.clone().or_else(|| read.statement.as_ref()?.account_number.clone());
    let number = number.unwrap_or_default();
    let account = sender::whose(desk, sent.account, &number).await?;
    let opened = BankFileOpened {
        profile: sent.profile.clone(),
        profile_version: sent.profile_version,
        file: kept,
        file_name: sent.name.clone(),
        paying_account: account.as_ref().map(|account| account.id),
        account_number: number.clone(),
        balances: read.statement.as_ref().map(|statement| StatedBalances {
            from_on: statement.from_on,
            to_on: statement.to_on,
            opening: statement.opening_fen,
            closing: statement.closing_fen,
        }),
    };
    Ok((opened, account.map_or(number, |account| account.account_number)))
}

/// The lines of a file on their way past the book: what an earlier line did, later ones find done.
struct Judging {
    today: Day,
    /// Up to when the book is closed: what the bank did before takes effect later.
    closed: Closed,
    /// Whether a closed month was opened again: then what came late before may lie behind the bank's date of today.
    was_reopened: bool,
    /// In such a book, when the money of each payment moved last.
    moved_on: HashMap<i64, Day>,
    /// Whether the lines are those of an account statement, which tell again what returns told.
    is_statement: bool,
    standing: HashMap<i64, Known>,
    /// What each payment takes from which allotment.
    parts: HashMap<i64, Vec<(i64, Fen)>>,
    sums: DaySums,
    /// What lines stand for as a whole.
    standing_for: Standing,
    /// For a return: what statements and returns said before.
    before: SaidBefore,
    /// Of which account and batch the file speaks.
    sender: Sender,
}

impl Judging {
    fn on(today: Day, (closed, was_reopened): (Closed, bool), is_statement: bool, file: &BankFileOpened) -> Self {
        Self {
            today,
            closed,
            was_reopened,
            moved_on: HashMap::new(),
            is_statement,
            standing: HashMap::new(),
            parts: HashMap::new(),
            sums: DaySums::default(),
            standing_for: Standing::said(file.paying_account, &file.account_number),
            before: SaidBefore::default(),
            sender: Sender::default(),
        }
    }

    /// Learns what these payments take from which allotment, and where it matters when they moved last.
    async fn learn(&mut self, desk: &Desk, ids: &[i64]) -> Result<()> {
        let (c, book_id) = (desk.tx.connection(), desk.book_id());
        self.parts.extend(store::parts(c, book_id, ids).await?);
        if self.was_reopened {
            self.moved_on.extend(store::moved_on(c, book_id, ids).await?);
        }
        Ok(())
    }

    /// Loads the payments that lines name and that no earlier line moved.
    async fn load(&mut self, desk: &Desk, head: &Head, lines: &[BankLine]) -> Result<()> {
        let named = lines.iter().filter_map(|line| named_payment(head, line.payment_id.as_deref()?));
        let mut ids: Vec<i64> = named.filter(|id| !self.parts.contains_key(id)).collect();
        ids.sort_unstable();
        ids.dedup();
        self.standing.extend(store::by_ids(desk.tx.connection(), desk.book_id(), &ids).await?);
        self.look_back(desk, &ids).await?;
        self.learn(desk, &ids).await
    }

    /// Learns how these payments went out, and what was said of them before.
    async fn look_back(&mut self, desk: &Desk, ids: &[i64]) -> Result<()> {
        self.sender.learn(desk, ids).await?;
        if self.is_statement {
            return Ok(());
        }
        self.before.learn(desk, ids.iter().filter_map(|id| self.standing.get(id))).await
    }

    /// Whether a line may say once more what is known of a payment: a statement after a return, a return after a statement.
    fn tells_again(&self, payment: Option<i64>, said: &Said) -> bool {
        let answered = payment.zip(said.answer.state());
        self.is_statement || answered.is_some_and(|(payment, state)| self.before.only_by_statement(payment, state))
    }

    /// What follows from a line.
    async fn line(&mut self, desk: &Desk, head: &Head, file: i64, line: &BankLine) -> Result<BankLineRead> {
        let mut read = written(file, line)?;
        if !may_stand(line) {
            return Ok(read);
        }
        let said = said(line);
        let payment = match line.payment_id.as_deref().filter(|id| !id.trim().is_empty()) {
            Some(id) => named_payment(head, id).filter(|id| self.standing.contains_key(id)),
            None => self.by_cues(desk, line, &said, &mut read.candidates).await?,
        };
        if self.is_statement && payment.is_none() && read.candidates.is_empty() {
            match self.standing_for.find(desk, head, line).await? {
                Found::Nothing => {}
                Found::Stands(stands) => {
                    read.stands_for = Some(stands);
                    return Ok(read);
                }
                Found::Differs(differences) => {
                    read.differences = differences;
                    return Ok(read);
                }
                Found::Several(batches) => read.batches = batches,
            }
        }
        let known = payment.and_then(|id| self.standing.get(&id));
        read.payment = known.map(|known| known.payment);
        let sent_otherwise = payment.and_then(|id| self.sender.differs(id));
        if let Some(payment) = read.payment.filter(|_| self.is_statement && sent_otherwise.is_none()) {
            self.standing_for.tell(payment, line.side);
        }
        let judge = if self.tells_again(payment, &said) { judge_again } else { judge };
        match judge(known, &said, self.today).unless(sent_otherwise) {
            Verdict::Applies(to, on) => {
                let moved_on = payment.and_then(|id| self.moved_on.get(&id)).copied();
                let applied = Applied::new(to, on, self.closed, moved_on);
                self.apply(payment, to, &applied);
                read.applied = Some(applied);
            }
            Verdict::Agrees => {}
            Verdict::Differs(differences) => read.differences = told_of(differences, line),
        }
        if let Some((payment, state)) = read.payment.zip(said.answer.state())
            && !self.is_statement
            && read.differences.is_empty()
        {
            self.before.answer(payment, state);
        }
        Ok(read)
    }

    /// The one payment that a line without an id fits; of several none, but all are told. A statement may tell again what
    /// a return told, of payments that no statement told yet, and a return what a statement told.
    async fn by_cues(
        &mut self,
        desk: &Desk,
        line: &BankLine,
        said: &Said,
        candidates: &mut Vec<i64>,
    ) -> Result<Option<i64>> {
        let Some(amount) = said.amount else { return Ok(None) };
        let (c, book_id) = (desk.tx.connection(), desk.book_id());
        let found = store::by_cues(c, book_id, &said.account_number, amount).await?;
        let ids: Vec<i64> = found.iter().map(|known| known.payment).collect();
        let told =
            if self.is_statement { self.standing_for.told(desk, line.side, &ids).await? } else { HashSet::new() };
        for known in found {
            self.standing.entry(known.payment).or_insert(known);
        }
        self.look_back(desk, &ids).await?;
        let of_this = |id: &&i64| self.sender.differs(**id).is_none();
        for known in ids.iter().filter(of_this).filter_map(|id| self.standing.get(id)) {
            let tells_again = self.tells_again(Some(known.payment), said) && !told.contains(&known.payment);
            if same_cues(known, said, self.today, tells_again) {
                candidates.push(known.payment);
            }
        }
        let [only] = candidates.as_slice() else { return Ok(None) };
        let only = *only;
        candidates.clear();
        if !self.parts.contains_key(&only) {
            self.learn(desk, &[only]).await?;
        }
        Ok(Some(only))
    }

    fn apply(&mut self, payment: Option<i64>, to: PaymentState, applied: &Applied) {
        let Some(known) = payment.and_then(|id| self.standing.get_mut(&id)) else { return };
        for (allotment, amount) in self.parts.get(&known.payment).into_iter().flatten() {
            self.sums.add(*allotment, known.state.stage(), to.stage(), *amount, applied.on);
        }
        if self.was_reopened {
            self.moved_on.insert(known.payment, applied.on);
        }
        known.state = to;
        known.completed_on = Some(applied.completed_on());
    }

    /// Holds that the book bears what the file moves.
    async fn prove(&self, desk: &Desk) -> Result<()> {
        funds::prove_sums(desk, &self.sums).await
    }
}

fn said(line: &BankLine) -> Said {
    Said {
        account_name: line.account_name.clone(),
        account_number: line.account_number.clone(),
        amount: line.amount_fen,
        answer: match &line.status {
            Status::Paid => Answer::Paid,
            Status::Refused => Answer::Refused,
            Status::Returned => Answer::Returned,
            Status::Unknown(word) => Answer::Unknown(word.clone()),
        },
        completed_on: line.completed_on,
    }
}

fn written(file: i64, line: &BankLine) -> Result<BankLineRead> {
    Ok(BankLineRead {
        file,
        line: i64::try_from(line.line).map_err(Error::internal)?,
        payment: None,
        written_id: line.payment_id.clone().unwrap_or_default(),
        account_name: line.account_name.clone(),
        account_number: line.account_number.clone(),
        amount: line.amount_fen,
        side: line.side.word().to_owned(),
        kind: line.kind.word().to_owned(),
        status: said(line).answer.code().to_owned(),
        reason: line.reason.clone().unwrap_or_default(),
        bank_serial: line.bank_serial.clone().or_else(|| line.voucher_number.clone()).unwrap_or_default(),
        completed_on: line.completed_on,
        applied: None,
        differences: Vec::new(),
        candidates: Vec::new(),
        stands_for: None,
        batches: Vec::new(),
    })
}

/// A payment that the book does not know is told with the amount, or with all that is said of it.
fn told_of(mut differences: Vec<Difference>, line: &BankLine) -> Vec<Difference> {
    for difference in differences.iter_mut().filter(|difference| difference.name == Name::MissingInBook) {
        let amount = line.amount_fen.map(Fen::plain);
        difference.bank = amount.unwrap_or_else(|| line.payment_id.clone().unwrap_or_default());
    }
    differences
}
