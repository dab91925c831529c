//! A treasury at work: cashiers, many grants that wait for payment, batches on their way, and the bank's files loaded.

use std::collections::BTreeMap;

use relief_ledger::db::sql;
use relief_ledger::db::tables::TABLES;
use relief_ledger::funds;
use relief_ledger::grants;
use relief_ledger::imports::{self, Upload, What};
use relief_ledger::journal::{self, Actor, Cell};
use relief_ledger::kernel::Result;
use relief_ledger::kernel::money::Fen;
use relief_ledger::payments::{
    self, BatchMade, Confirmation, Discrepancy, Explanation, Gather, How, Loaded, Name, PaymentLine, ReleaseForm,
    Settling, Through,
};
use relief_ledger::people::Role;
use relief_ledger::sheets::Faults;
use relief_ledger::web::Lang;
use sea_orm::FromQueryResult;

use super::book::World;
use super::office::{Office, policy, yuan};

/// The policy of the grants that are brought by file: two thirds of each are paid by the province.
pub const POLICY: &str = "BL2020-09";

/// An office with people who pay.
pub struct Treasury<'a> {
    pub world: &'a World,
    pub office: Office<'a>,
    /// Who brings grants by file; prepares them all.
    pub typist: Actor,
    pub cashier: Actor,
    pub second_cashier: Actor,
    /// Another login of the first cashier, who reviews.
    pub cashier_again: Actor,
    /// Number of [`POLICY`].
    pub policy: i64,
}

/// Where all the money of the book stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stages {
    pub available: Fen,
    pub payable: Fen,
    pub in_transit: Fen,
    pub disbursed: Fen,
}

/// Rows of tables, by table.
pub type Snapshot = BTreeMap<&'static str, Vec<Vec<Cell>>>;

/// The budget of [`POLICY`], in yuan; the office's own policy has as much as [`policy`] says.
const BUDGET: &str = "60000000";
const OWN_BUDGET: &str = "100000";

fn plus(one: Fen, other: Fen) -> Fen {
    one.checked_add(other).unwrap()
}

fn minus(one: Fen, other: Fen) -> Fen {
    Fen::new(one.get() - other.get())
}

/// What grant number `n` is worth: no two alike.
pub fn amount(n: usize) -> Fen {
    Fen::new(10_000 + 7 * i64::try_from(n).unwrap())
}

/// The account of recipient number `n`.
pub fn account_number(n: usize) -> String {
    format!("62220000{n:011}")
}

/// The name of recipient number `n`; every fifth has characters that few programs can write.
pub fn name(n: usize) -> String {
    if n % 5 == 3 { format!("北仑㛃䶮𬭎商行{n:05}") } else { format!("北仑港海商行{n:05}") }
}

/// The credit code of recipient number `n`, by GB 11714 and GB 32100.
fn credit_code(n: usize) -> String {
    const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
    let alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let body = format!("{n:08}");
    let weights = [3, 7, 9, 10, 5, 8, 4, 2];
    let sum: usize = body.bytes().zip(weights).map(|(digit, weight)| usize::from(digit - b'0') * weight).sum();
    let check = match 11 - sum % 11 {
        10 => "X".to_owned(),
        11 => "0".to_owned(),
        digit => digit.to_string(),
    };
    let head = format!("91330206{body}{check}");
    let sum: usize = head.chars().zip(WEIGHTS).map(|(c, weight)| alphabet.find(c).unwrap() * weight).sum();
    format!("{head}{}", alphabet.chars().nth((31 - sum % 31) % 31).unwrap())
}

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

/// What somebody says who releases a batch and looked at everything.
pub async fn looked_at(world: &World, batch: i64) -> ReleaseForm {
    let (c, today) = (&world.door.db.read, world.door.surroundings.clock.now().day());
    let found = payments::batch(c, world.book_id, batch).await.unwrap();
    let checks = payments::release_checks(c, world.book_id, batch, today).await.unwrap();
    ReleaseForm {
        digest: found.digest,
        typed_sum: found.sum.plain(),
        confirmed: checks
            .changed
            .iter()
            .map(|one| Confirmation { account: one.id, with: "李会计".into(), through: "0574-86780001".into() })
            .collect(),
        explained: checks
            .shared
            .iter()
            .map(|one| Explanation { account_number: one.account_number.clone(), explanation: "同一房东".into() })
            .collect(),
    }
}

impl<'a> Treasury<'a> {
    /// People who pay, and a policy in force that two allotments share.
    pub async fn open(world: &'a World) -> Self {
        let office = Office::open(world).await;
        let mut shared = policy(POLICY);
        shared.cap = None;
        shared.allotments[0].amount = yuan("20000000");
        let mut province = shared.allotments[0].clone();
        (province.document_number, province.share) = ("甬财〔2020〕9号".into(), 2);
        province.amount = yuan("40000000");
        shared.allotments.push(province);
        let policy = office.in_force(shared).await;
        Self {
            typist: world.actor("qian", "P-qian", &[Role::Clerk]).await,
            cashier: world.actor("li", "P-li", &[Role::Cashier]).await,
            second_cashier: world.actor("sun", "P-sun", &[Role::Cashier]).await,
            cashier_again: world.actor("li2", "P-li", &[Role::Reviewer]).await,
            world,
            office,
            policy,
        }
    }

    /// Approved grants with these numbers, brought by file; their ids in order.
    pub async fn approved(&self, numbers: std::ops::Range<usize>) -> Vec<i64> {
        let world = self.world;
        let mut text = String::from(
            "reference,uscc,name,kind,subdistrict,industry,size,policy,amount,bank_code,bank_name,account_name,\
             account_number,applied_on\r\n",
        );
        for n in numbers {
            let (uscc, name, account) = (credit_code(n), name(n), account_number(n));
            let amount = amount(n).plain();
            text += &format!(
                "T-{n:05},{uscc},{name},企业,新碶街道,F,微型,{POLICY},{amount},104100000004,中国银行宁波北仑支行,\
                 {name},{account},2020-03-02\r\n"
            );
        }
        let upload =
            Upload { what: What::Grants, file_name: "grants.csv".into(), bytes: text.into_bytes(), unit: None };
        let brought = imports::submit(&world.door, world.ask(&self.typist, "import"), upload).await.unwrap();
        let import = brought.unwrap_or_else(|faults| panic!("{:#?}", faults.in_language(Lang::En))).import;
        let view = imports::by_id(&world.door.db.read, world.book_id, import).await.unwrap();
        let ask = world.ask(&self.office.reviewer, "approve");
        imports::approve(&world.door, ask, import, view.digest).await.unwrap();
        let query = "SELECT id FROM grants WHERE book_id = ? AND import_id = ? ORDER BY id";
        let rows: Vec<Id> =
            sql::all(&world.door.db.read, query, vec![world.book_id.into(), import.into()]).await.unwrap();
        rows.into_iter().map(|row| row.id).collect()
    }

    /// Builds a batch as somebody.
    pub async fn build_as(&self, actor: &Actor, gather: Gather) -> Result<BatchMade> {
        payments::build(&self.world.door, self.world.ask(actor, "build"), gather, None).await
    }

    /// A batch of all that waits.
    pub async fn built(&self) -> BatchMade {
        self.build_as(&self.cashier, Gather::default()).await.unwrap()
    }

    /// Releases a batch as somebody who looked at everything, by the digest that it has.
    pub async fn release_as(&self, actor: &Actor, batch: i64) -> Result<payments::BatchAnswer> {
        let form = looked_at(self.world, batch).await;
        payments::release(&self.world.door, self.world.ask(actor, "release"), batch, form).await
    }

    /// A batch of all that waits, released on a day.
    pub async fn released(&self, on: &str) -> i64 {
        let batch = self.built().await.batch;
        self.world.it_is(on);
        self.release_as(&self.office.second_reviewer, batch).await.unwrap();
        batch
    }

    /// The batch as it stands.
    pub async fn batch(&self, id: i64) -> payments::Batch {
        payments::batch(&self.world.door.db.read, self.world.book_id, id).await.unwrap()
    }

    /// The payments of a batch.
    pub async fn payments(&self, batch: i64) -> Vec<PaymentLine> {
        let c = &self.world.door.db.read;
        payments::payments_of(c, self.world.book_id, batch, None, (0, 1_000_000)).await.unwrap()
    }

    /// The payment of a grant that was made last.
    pub async fn payment_of(&self, grant: i64) -> PaymentLine {
        let c = &self.world.door.db.read;
        payments::payments_of_grant(c, self.world.book_id, grant).await.unwrap().pop().unwrap()
    }

    /// The bytes of the only file of a batch in a profile.
    pub async fn file(&self, batch: i64, profile: &str) -> Vec<u8> {
        let (world, head) = (self.world, self.world.head().await);
        let ask = world.ask(&self.cashier, "file");
        let made = payments::make_file(&world.door, ask, &head, batch, profile.to_owned()).await.unwrap();
        assert_eq!(made.len(), 1);
        payments::bank_file_bytes(&world.door, world.book_id, &made[0].sha256).await.unwrap()
    }

    /// Loads a file of the bank as the cashier.
    pub async fn load<'t>(
        &self,
        through: impl Into<Through<'t>>,
        name: &str,
        bytes: &[u8],
    ) -> Result<Result<Loaded, Faults>> {
        let (world, head) = (self.world, self.world.head().await);
        let ask = world.ask(&self.cashier, "load");
        payments::load_bank_file(&world.door, ask, &head, through, name.to_owned(), bytes.to_vec()).await
    }

    /// Loads a sound answer in the generic format.
    pub async fn answered(&self, name: &str, bytes: &[u8]) -> Loaded {
        self.load("generic-csv", name, bytes).await.unwrap().unwrap_or_else(|faults| panic!("{name}: {faults:#?}"))
    }

    /// Has a file undone by two people.
    pub async fn undone(&self, file: i64) -> Result<()> {
        let world = self.world;
        let ask = world.ask(&self.cashier, "undo");
        payments::prepare_undo(&world.door, ask, file, "银行发错文件".into()).await?;
        payments::approve_undo(&world.door, world.ask(&self.office.reviewer, "undo"), file).await.map(|_| ())
    }

    /// The differences in a state.
    pub async fn differences(&self, state: &str) -> Vec<Discrepancy> {
        let c = &self.world.door.db.read;
        payments::discrepancies(c, self.world.book_id, Some(state), None, (0, 10_000)).await.unwrap()
    }

    /// How many differences are open, by name.
    pub async fn open_names(&self) -> BTreeMap<&'static str, usize> {
        let mut names = BTreeMap::new();
        for difference in self.differences("open").await {
            *names.entry(difference.name.code()).or_default() += 1;
        }
        names
    }

    /// Settles a difference as somebody.
    pub async fn settle_as(
        &self,
        actor: &Actor,
        (line, name): (i64, Name),
        how: How,
        document: &str,
    ) -> Result<Settling> {
        let form = Settling { line, name, how, document: document.into(), note: String::new() };
        payments::settle(&self.world.door, self.world.ask(actor, "settle"), form).await
    }

    /// Where the money of the whole book stands; each allotment adds up to its budget.
    pub async fn stages(&self) -> Stages {
        let standings = funds::standings(&self.world.door.db.read, self.world.book_id).await.unwrap();
        let mut stages = Stages::default();
        let mut budget = Fen::ZERO;
        for standing in standings {
            stages.available = plus(stages.available, standing.available);
            stages.payable = plus(stages.payable, standing.payable);
            stages.in_transit = plus(stages.in_transit, standing.in_transit);
            stages.disbursed = plus(stages.disbursed, standing.disbursed);
            budget = plus(budget, standing.budget);
        }
        let held = [stages.available, stages.payable, stages.in_transit, stages.disbursed];
        assert_eq!(Fen::sum(held.into_iter()), Some(budget), "every fen stands somewhere");
        stages
    }

    /// The state of a grant.
    pub async fn grant_state(&self, grant: i64) -> grants::State {
        self.office.state(grant).await
    }

    /// Every row of these tables.
    pub async fn snapshot(&self, tables: &[&'static str]) -> Snapshot {
        let mut snapshot = Snapshot::new();
        for table in tables {
            let key = TABLES.iter().find(|(name, ..)| name == table).unwrap().2;
            snapshot.insert(*table, self.rows(&format!("SELECT * FROM {table}"), key).await);
        }
        snapshot
    }

    /// The rows of a query, those of this book; `order` by these columns.
    pub async fn rows(&self, query: &str, order: &str) -> Vec<Vec<Cell>> {
        let query = format!("{query} WHERE book_id = {} ORDER BY {order}", self.world.book_id);
        let mut rows = Vec::new();
        let read = journal::scan(&self.world.door.db.read, &query, |cells| {
            rows.push(cells.to_vec());
            Ok(())
        });
        read.await.unwrap();
        rows
    }
}

impl Stages {
    /// Of a book with the two policies of a treasury: the rest of their budgets is available.
    pub fn of(payable: Fen, in_transit: Fen, disbursed: Fen) -> Self {
        let all = plus(yuan(BUDGET), yuan(OWN_BUDGET));
        let available = minus(all, plus(payable, plus(in_transit, disbursed)));
        Self { available, payable, in_transit, disbursed }
    }
}
