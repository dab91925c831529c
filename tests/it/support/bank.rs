//! A bank as the treasury sees it: takes a payment file, answers with another. Nothing of the program writes or reads
//! these files here.

use encoding_rs::GB18030;
use relief_ledger::kernel::money::Fen;

/// A payment as the bank is told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub id: String,
    pub name: String,
    pub number: String,
    pub amount: Fen,
}

/// What the bank says of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub id: String,
    pub name: String,
    pub number: String,
    pub amount: Fen,
    pub status: &'static str,
    pub reason: &'static str,
    pub serial: String,
    pub on: &'static str,
}

/// What is wrong with a first answer, and how often.
pub const WRONG_AMOUNTS: usize = 5;
pub const UNKNOWN_IDS: usize = 3;
pub const DUPLICATES: usize = 2;

/// Orders out of a file of the profile `generic-csv`.
pub fn orders(file: &[u8]) -> Vec<Order> {
    let mut reader = csv::Reader::from_reader(file);
    let heads = reader.headers().unwrap().clone();
    assert_eq!(
        heads.iter().collect::<Vec<_>>(),
        ["payment_id", "account_name", "account_number", "bank_code", "bank_name", "amount", "purpose"]
    );
    let order = |row: csv::StringRecord| Order {
        id: row[0].to_owned(),
        name: row[1].to_owned(),
        number: row[2].to_owned(),
        amount: Fen::parse(&row[5]).unwrap(),
    };
    reader.records().map(|row| order(row.unwrap())).collect()
}

impl Order {
    /// The bank's answer to it, with the serial number that it has in the answer's file.
    pub fn answer(&self, status: &'static str, serial: usize, on: &'static str) -> Answer {
        Answer {
            id: self.id.clone(),
            name: self.name.clone(),
            number: self.number.clone(),
            amount: self.amount,
            status,
            reason: if status == "paid" { "" } else { "账户状态异常" },
            serial: format!("B{serial:08}"),
            on,
        }
    }
}

/// A file of the profile `generic-csv`.
pub fn answer_file(answers: &[Answer]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let heads =
        ["payment_id", "account_name", "account_number", "amount", "status", "reason", "bank_serial", "completed_on"];
    writer.write_record(heads).unwrap();
    for answer in answers {
        let amount = answer.amount.plain();
        let cells = [
            &answer.id,
            &answer.name,
            &answer.number,
            &amount,
            answer.status,
            answer.reason,
            &answer.serial,
            answer.on,
        ];
        writer.write_record(cells).unwrap();
    }
    writer.into_inner().unwrap()
}

/// The first answer to a batch of at least 60 payments, with everything wrong that is known to go wrong.
#[derive(Debug)]
pub struct FirstAnswer {
    pub lines: Vec<Answer>,
    /// Which orders were paid, and nothing is wrong about it.
    pub paid: Vec<usize>,
    /// Which were refused.
    pub refused: Vec<usize>,
    /// Which were paid with a wrong amount.
    pub wrong: Vec<usize>,
    /// Which was paid to the account of another.
    pub swapped: usize,
}

/// Pays 97 of a hundred and refuses the others.
pub fn first_answer(orders: &[Order], on: &'static str) -> FirstAnswer {
    let refused: Vec<usize> = (0..orders.len() * 3 / 100).map(|n| n * 33 + 7).collect();
    let wrong: Vec<usize> = (0..WRONG_AMOUNTS).map(|n| n * 9 + 1).collect();
    let swapped = 11;
    let mut lines = Vec::new();
    let mut paid = Vec::new();
    for (n, order) in orders.iter().enumerate() {
        if refused.contains(&n) {
            lines.push(order.answer(["refused", "失败"][n % 2], n, on));
            continue;
        }
        let mut line = order.answer(["paid", "成功"][n % 2], n, on);
        line.reason = "";
        if wrong.contains(&n) {
            // One fen more or less, and a point that slipped.
            line.amount = Fen::new([order.amount.get() + 1, order.amount.get() - 1, order.amount.get() * 100][n % 3]);
        } else if n == swapped {
            line.number.clone_from(&orders[n + 1].number);
        } else {
            paid.push(n);
        }
        lines.push(line);
    }
    let twice: Vec<Answer> = paid.iter().take(DUPLICATES).map(|n| lines[*n].clone()).collect();
    lines.extend(twice);
    let (code, last) = orders.last().unwrap().id.rsplit_once('-').unwrap();
    let last: i64 = last.parse().unwrap();
    for id in [format!("{code}-{}", last + 1_000_000), "nobody-17".to_owned(), format!("{code}-1")] {
        lines.push(Answer { id, ..orders[0].answer("paid", orders.len(), on) });
    }
    FirstAnswer { lines, paid, refused, wrong, swapped }
}

/// The sum of these orders.
pub fn sum(orders: &[Order], which: &[usize]) -> Fen {
    Fen::sum(which.iter().map(|n| orders[*n].amount)).unwrap()
}

/// Orders out of a file of the profile `gb18030-text`.
pub fn text_orders(file: &[u8]) -> Vec<Order> {
    let (text, had_errors) = GB18030.decode_without_bom_handling(file);
    assert!(!had_errors);
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split('|').collect()).collect();
    let (head, tail) = (&rows[0], rows.last().unwrap());
    assert_eq!([head[4], head[5]], [tail[1], tail[2]], "count and sum stand above and below");
    let order = |row: &Vec<&str>| Order {
        id: row[1].to_owned(),
        number: row[2].to_owned(),
        name: row[3].to_owned(),
        amount: Fen::parse(row[6]).unwrap(),
    };
    rows[1..rows.len() - 1].iter().map(order).collect()
}

/// A file of the profile `gb18030-text` as text; `trailer` is its last line, the right one if there is none.
pub fn text_answer(answers: &[Answer], trailer: Option<&str>) -> String {
    let of = |status: &str| {
        let some: Vec<Fen> = answers.iter().filter(|answer| answer.status == status).map(|a| a.amount).collect();
        (some.len(), Fen::sum(some.iter().copied()).unwrap().plain())
    };
    let ((paid, paid_sum), (refused, refused_sum)) = (of("成功"), of("失败"));
    let (count, sum) = (answers.len(), Fen::sum(answers.iter().map(|answer| answer.amount)).unwrap().plain());
    let mut text = format!("B1|20200305|330501|{count}|{sum}|{paid}|{paid_sum}|{refused}|{refused_sum}\r\n");
    for (answer, n) in answers.iter().zip(1..) {
        let Answer { id, number, name, amount, status, reason, serial, on } = answer;
        let (amount, on) = (amount.plain(), on.replace('-', ""));
        text += &format!("{n}|{id}|{number}|{name}|{amount}|{status}|{reason}|{serial}|{on}\r\n");
    }
    let right = format!("END|{count}|{sum}");
    text + trailer.unwrap_or(&right) + "\r\n"
}

/// A text as a Chinese bank writes it.
pub fn gb18030(text: &str) -> Vec<u8> {
    let (bytes, _, had_errors) = GB18030.encode(text);
    assert!(!had_errors);
    bytes.into_owned()
}
