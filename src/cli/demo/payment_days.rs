//! The payment days of the demonstration: batches in every state and the bank's answers to them, through the same actions
//! as everything else and by its people, two of them wherever two are needed.

use super::bank::{self, Reply};
use super::story::{TWIN, bank_code};
use crate::cli::workplace::Workplace;
use crate::grants;
use crate::journal::{Ask, Head};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::payments::{
    self, BatchMade, Confirmation, Explanation, Gather, NewPayingAccount, PaymentState, ReissueForm, ReleaseForm,
};
use crate::people;
use crate::recipients::{self, AccountChangeForm, AccountForm, ApproveAccountForm};

/// The profile in which the demonstration's bank reads and answers.
const PROFILE: &str = "generic-csv";
/// Payments of the batch that the bank answers whole.
const ANSWERED: usize = 60;
/// Payments of the batch in which something is wrong.
const DIFFERING: usize = 80;
/// Payments of the batch that has no answer yet.
const UNANSWERED: usize = 40;
/// Payments of the batch that was built too early, and of the one that waits in its place.
const WITHDRAWN: usize = 30;
const WAITING: usize = 45;

/// What later days need to know of the payment days.
pub(super) struct Paid {
    /// The account from which was paid.
    pub account: i64,
    /// The batch that the bank answered whole.
    pub answered: i64,
    /// The batch that has no answer yet.
    pub unanswered: i64,
}

/// What happens to payments before a visitor comes.
pub(super) async fn tell(workplace: &Workplace, head: &Head) -> Result<Paid> {
    let today = workplace.door.surroundings.clock.now().day();
    let account = paying_accounts(&Office { workplace, head, today, account: None }).await?;
    let office = Office { workplace, head, today, account: Some(account) };
    let answered = office.send(ANSWERED).await?;
    office.load(1, "回单-1.csv", &bank::all_paid(&office.file(&answered).await?)?).await?;
    let differing = office.send(DIFFERING).await?;
    office.load(2, "回单-2.csv", &with_differences(bank::all_paid(&office.file(&differing).await?)?)).await?;
    office.load(3, "退汇-1.csv", &late_return(bank::all_paid(&office.file(&answered).await?)?)).await?;
    let unanswered = office.send(UNANSWERED).await?;
    wrong_file(&office, &unanswered).await?;
    let early = office.build(WITHDRAWN).await?;
    let (door, why) = (&workplace.door, "付款账户余额不足，合并到下一批");
    payments::withdraw(door, office.ask("cashier", "batch_withdraw").await?, early.batch, why.to_owned()).await?;
    // The batch that waits pays to an account that was changed just now: its releaser must confirm it.
    make_again(&office, &differing).await?;
    office.build(WAITING).await?;
    Ok(Paid { account, answered: answered.batch, unanswered: unanswered.batch })
}

/// Where the payment days happen.
struct Office<'w> {
    workplace: &'w Workplace,
    head: &'w Head,
    today: Day,
    /// The account from which it is paid.
    account: Option<i64>,
}

impl Office<'_> {
    async fn ask(&self, login: &str, verb: &'static str) -> Result<Ask> {
        Ok(self.workplace.ask(self.head, people::actor(&self.workplace.door, login).await?, verb))
    }

    /// The cashier gathers the grants that wait longest.
    async fn build(&self, payments: usize) -> Result<BatchMade> {
        let limit = u64::try_from(payments).map_err(Error::internal)?;
        let gather = Gather { limit: Some(limit), ..Gather::default() };
        payments::build(&self.workplace.door, self.ask("cashier", "batch_create").await?, gather, self.account).await
    }

    /// A batch is built and released.
    async fn send(&self, payments: usize) -> Result<BatchMade> {
        let made = self.build(payments).await?;
        let ask = self.ask("reviewer", "batch_release").await?;
        let form = self.looked_at(&made).await?;
        payments::release(&self.workplace.door, ask, made.batch, form).await?;
        Ok(made)
    }

    /// What the reviewer says, who typed the sum and called about every changed account.
    async fn looked_at(&self, made: &BatchMade) -> Result<ReleaseForm> {
        let c = &self.workplace.door.db.read;
        let checks = payments::release_checks(c, self.head.book_id, made.batch, self.today).await?;
        let confirmed = checks.changed.iter().map(|one| Confirmation {
            account: one.id,
            with: "财务负责人".to_owned(),
            through: "0574-86781234".to_owned(),
        });
        let explained = checks.shared.iter().map(|one| Explanation {
            account_number: one.account_number.clone(),
            explanation: "同一房东代收".to_owned(),
        });
        Ok(ReleaseForm {
            digest: made.digest.clone(),
            typed_sum: made.sum.plain(),
            confirmed: confirmed.collect(),
            explained: explained.collect(),
        })
    }

    /// The file of a batch, as the bank gets it.
    async fn file(&self, made: &BatchMade) -> Result<Vec<u8>> {
        let (door, ask) = (&self.workplace.door, self.ask("cashier", "batch_file").await?);
        let files = payments::make_file(door, ask, self.head, made.batch, PROFILE.to_owned()).await?;
        let file = files.first().ok_or(Error::NotFound)?;
        payments::bank_file_bytes(door, self.head.book_id, &file.sha256).await
    }

    /// The cashier loads what the bank says.
    async fn load(&self, number: u32, name: &str, replies: &[Reply]) -> Result<i64> {
        let bytes = bank::written(replies, number, self.today)?;
        let (door, ask) = (&self.workplace.door, self.ask("cashier", "bank_import").await?);
        match payments::load_bank_file(door, ask, self.head, PROFILE, name.to_owned(), bytes).await? {
            Ok(loaded) => Ok(loaded.file),
            Err(faults) => Err(Error::internal(format!("demonstration file: {:?}", faults.cells.first()))),
        }
    }
}

/// One account from which is paid, recorded by the cashier and confirmed by the manager, and one that waits for that.
async fn paying_accounts(office: &Office<'_>) -> Result<i64> {
    let account = |kind: &str, number: &str, stem: &str, bank: &str| NewPayingAccount {
        name: "宁波市北仑区财政局".to_owned(),
        kind: kind.to_owned(),
        account_number: number.to_owned(),
        bank_code: bank_code(stem),
        bank_name: bank.to_owned(),
    };
    let door = &office.workplace.door;
    let first = account("special", "33150198343600000123", "10533200644", "中国建设银行宁波北仑支行");
    let ask = office.ask("cashier", "paying_account_record").await?;
    let id = payments::record_paying_account(door, ask, first).await?.account;
    let recorded = payments::paying_account(&door.db.read, office.head.book_id, id).await?;
    let ask = office.ask("manager", "paying_account_approve").await?;
    payments::decide_paying_account(door, ask, id, recorded.leaf.to_string(), true).await?;
    let second = account("treasury_authorised", "39102001040009988", "10333200621", "中国农业银行宁波北仑支行");
    payments::record_paying_account(door, office.ask("manager", "paying_account_record").await?, second).await?;
    Ok(id)
}

/// Three payments are refused, of one the bank lost the id so that two fit, and what it says of five others is not what
/// the book says.
fn with_differences(mut replies: Vec<Reply>) -> Vec<Reply> {
    let mut change = |place: usize, change: &dyn Fn(&mut Reply)| {
        if let Some(reply) = replies.get_mut(place) {
            change(reply);
        }
    };
    change(3, &|reply| reply.refused("户名与账号不符"));
    change(17, &|reply| reply.refused("账户已销户"));
    change(29, &|reply| reply.refused("账户状态异常，只收不付"));
    for place in [40, 41] {
        change(place, &|reply| reply.amount = hundredfold(&reply.amount));
    }
    change(52, &|reply| reply.account_number = swapped(&reply.account_number));
    let again = replies.get(60).cloned();
    let stranger = replies.get(61).cloned().map(|reply| Reply { payment_id: "beilun-99999999".to_owned(), ..reply });
    replies.extend(again.into_iter().chain(stranger));
    // the twins: one answer without an id, none for the other
    let twin = TWIN - ANSWERED;
    if let Some(reply) = replies.get_mut(twin) {
        reply.payment_id.clear();
    }
    replies.remove(twin + 1);
    replies
}

/// The amount with its point two places further on, as happens where a bank counts in fen.
fn hundredfold(amount: &str) -> String {
    let read = Fen::parse(amount).ok().and_then(|fen| fen.get().checked_mul(100));
    read.map_or_else(|| amount.to_owned(), |fen| Fen::new(fen).plain())
}

/// The account with its last two digits the other way round, or another last digit where they are the same.
fn swapped(account: &str) -> String {
    let mut digits: Vec<char> = account.chars().collect();
    if let [.., one, other] = digits.as_mut_slice() {
        if one == other {
            *other = if *other == '0' { '1' } else { '0' };
        } else {
            std::mem::swap(one, other);
        }
    }
    digits.into_iter().collect()
}

/// A payment that had arrived came back.
fn late_return(replies: Vec<Reply>) -> Vec<Reply> {
    let mut returned: Vec<Reply> = replies.into_iter().skip(5).take(1).collect();
    for reply in &mut returned {
        reply.returned("收款人账户冻结，退汇");
    }
    returned
}

/// The first refused payment is made again, after a clerk corrected its account and the reviewer confirmed that.
async fn make_again(office: &Office<'_>, batch: &BatchMade) -> Result<()> {
    let (door, book_id) = (&office.workplace.door, office.head.book_id);
    let refused =
        payments::payments_of(&door.db.read, book_id, batch.batch, Some(PaymentState::Refused), (0, 1)).await?;
    let refused = refused.into_iter().next().ok_or(Error::NotFound)?;
    let grant = grants::grant(&door.db.read, book_id, refused.grant).await?.ok_or(Error::NotFound)?;
    let form = AccountChangeForm {
        recipient: grant.recipient,
        account: AccountForm {
            payee_relation: String::new(),
            account_name: refused.account_name,
            account_number: "6228480318000200421".to_owned(),
            bank_code: bank_code("10333200621"),
            bank_name: "中国农业银行宁波北仑支行".to_owned(),
        },
        evidence: "开户许可证复印件，电话向财务人员核实".to_owned(),
    };
    let change = recipients::prepare_account(door, office.ask("clerk", "account_change").await?, form).await?;
    let prepared = recipients::account(&door.db.read, book_id, change.account).await?.ok_or(Error::NotFound)?;
    let digest = recipients::digest_of_account(&prepared.leaf_hash)?;
    let form = ApproveAccountForm { account: change.account, digest, evidence: String::new() };
    recipients::approve_account(door, office.ask("reviewer", "account_approve").await?, form).await?;
    let form = ReissueForm { payment: refused.id, reason: String::new() };
    payments::reissue(door, office.ask("cashier", "payment_reissue").await?, form).await.map(|_| ())
}

/// The bank sends an answer that was meant for others; two people undo it.
async fn wrong_file(office: &Office<'_>, batch: &BatchMade) -> Result<()> {
    let mut replies = bank::all_paid(&office.file(batch).await?)?;
    replies.truncate(6);
    for reply in &mut replies {
        reply.refused("测试数据");
    }
    let file = office.load(4, "回单-误发.csv", &replies).await?;
    let door = &office.workplace.door;
    let why = "银行误发测试回单，来电要求作废".to_owned();
    payments::prepare_undo(door, office.ask("cashier", "bank_undo").await?, file, why).await?;
    payments::approve_undo(door, office.ask("reviewer", "bank_undo_approve").await?, file).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_another_one_after_two_digits_changed_places() {
        assert_eq!(swapped("12345"), "12354");
        assert_eq!((swapped("1200").as_str(), swapped("1233").as_str()), ("1201", "1230"));
        assert_eq!(hundredfold("12.50"), "1250.00");
    }
}
