//! The papers of the demonstration: some numbers of its book have a scan, its bank was asked about what it has not answered, and
//! the list of what was approved this month is up.

use crate::cli::workplace::Workplace;
use crate::documents::{self, DocumentForm};
use crate::journal::Head;
use crate::kernel::Result;
use crate::people::{self, digest_of_one};
use crate::reconciliation::{self, InquiryForm, Subject};
use crate::reports::{self, FileForm, PublicationForm};

/// What stands for every scan.
const SCAN: &[u8] = include_bytes!("paper.pdf");

/// Number, title, kind and day of papers that were filed.
const PAPERS: [[&str; 4]; 3] = [
    ["仑政办〔2020〕11号", "关于帮助小微企业共渡难关的若干意见", "policy", "2020-02-06"],
    ["财社〔2026〕18号", "关于下达就业补助资金预算的通知", "budget", "2026-03-02"],
    ["区长办公会议纪要〔2020〕9号", "研究纾困资金分配方案", "minutes", "2020-02-12"],
];

/// Papers are filed, and the bank is asked about a batch of which nothing was heard.
pub(super) async fn tell(workplace: &Workplace, head: &Head, unanswered: i64) -> Result<()> {
    let (door, today) = (&workplace.door, workplace.door.surroundings.clock.now().day().to_string());
    let clerk = people::actor(door, "clerk").await?;
    for [number, title, kind, dated_on] in PAPERS {
        let form = DocumentForm {
            number: number.to_owned(),
            title: title.to_owned(),
            kind: kind.to_owned(),
            // A book of the past has no papers of days to come.
            dated_on: if *dated_on > *today { today.clone() } else { dated_on.to_owned() },
            file_name: format!("{number}.pdf"),
        };
        documents::file(door, workplace.ask(head, clerk.clone(), "document_file"), form, SCAN.to_vec()).await?;
    }
    let cashier = people::actor(door, "cashier").await?;
    let form = InquiryForm {
        about: Subject::Batch(unanswered),
        document: "仑财查询〔2026〕2号".to_owned(),
        note: "两个工作日未见回单".to_owned(),
    };
    reconciliation::inquire(door, workplace.ask(head, cashier, "inquire"), head, form).await?;
    put_up(workplace, head).await
}

/// The list of what was approved up to today is filed, signed and put up.
async fn put_up(workplace: &Workplace, head: &Head) -> Result<()> {
    let (door, today) = (&workplace.door, workplace.door.surroundings.clock.now().day());
    let (clerk, reviewer) = (people::actor(door, "clerk").await?, people::actor(door, "reviewer").await?);
    let now = workplace.book(&head.code).await?;
    let form = FileForm {
        report: "publication".to_owned(),
        as_of: today,
        at: now.position,
        unit: "yuan".to_owned(),
        content: String::new(),
    };
    let filing = reports::file(door, workplace.ask(head, clerk.clone(), "report_file"), &now, form).await?.filing;
    let digest = digest_of_one(reports::filing(&door.db.read, head.book_id, filing).await?.leaf);
    reports::sign(door, workplace.ask(head, reviewer, "report_sign"), filing, digest).await?;
    let form = PublicationForm {
        filing,
        starts_on: today.to_string(),
        ends_on: today.plus_days(6).to_string(),
        place: "区政府网站 政务公开栏".to_owned(),
    };
    let ask = workplace.ask(head, clerk, "report_publish");
    reports::publish(door, ask, head.book_id, form).await.map(|_| ())
}
