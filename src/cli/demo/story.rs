//! The demonstration's data: invented entities of an existing district, amounts that add up to the announcement.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::seed::Seed;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;

/// Recipients who had been paid by the end of October 2020.
pub const RECIPIENTS: usize = 10_402;
/// Grants paid to them.
pub const GRANTS: usize = 13_626;
/// What they add up to, in fen: 1.27亿元.
pub const TOTAL_FEN: i64 = 12_703_456_285;
/// Grants paid after October 2020.
const LATER: usize = 800;
/// Grants that are approved and go to the bank, or wait for it.
pub const APPROVED: usize = 244;
/// The place of the first of two approved grants that a bank cannot tell apart but by their ids.
pub const TWIN: usize = 70;
/// The sequence that the story is drawn from.
const SEED: u64 = 20_201_031;

/// Policies of the story: code, title, document, instrument, first day, weight. They stay open, so that a visitor
/// can record a grant today.
const POLICIES: [(&str, &str, &str, &str, &str, u64); 5] = [
    ("BL2020-01", "小微企业房租补助", "仑政办〔2020〕11号", "grant", "2020-02-10", 34),
    ("BL2020-02", "稳岗返还补贴", "仑人社〔2020〕8号", "grant", "2020-03-01", 24),
    ("BL2020-03", "个体工商户复工补助", "仑市监〔2020〕15号", "grant", "2020-03-15", 22),
    ("BL2020-04", "出口企业运费补贴", "仑商务〔2020〕21号", "grant", "2020-04-01", 10),
    ("BL2020-05", "小微企业贷款贴息", "仑金融〔2020〕6号", "interest_subsidy", "2020-04-15", 10),
];
const BUDGETS_YUAN: [i64; 5] = [62_000_000, 46_000_000, 17_000_000, 21_000_000, 20_500_000];
const CAPS_YUAN: [i64; 5] = [50_000, 200_000, 30_000, 150_000, 100_000];

const SUBDISTRICTS: [(&str, u64); 11] = [
    ("新碶街道", 22),
    ("小港街道", 15),
    ("大碶街道", 18),
    ("霞浦街道", 9),
    ("柴桥街道", 8),
    ("戚家山街道", 4),
    ("春晓街道", 4),
    ("梅山街道", 4),
    ("白峰街道", 5),
    ("郭巨街道", 2),
    ("大榭街道", 6),
];
const INDUSTRIES: [(&str, u64); 8] =
    [("C", 26), ("F", 27), ("H", 19), ("G", 9), ("O", 9), ("R", 4), ("L", 4), ("E", 2)];
const HEADS: [&str; 5] = ["宁波北仑", "宁波市北仑区", "北仑", "宁波", "北仑港"];
const MIDDLES: [&str; 40] = [
    "恒", "信", "达", "源", "丰", "盛", "华", "泰", "瑞", "祥", "鸿", "运", "海", "港", "临", "江", "梅", "山", "霞",
    "浦", "金", "鼎", "永", "利", "百", "川", "东", "方", "新", "力", "诚", "联", "创", "合", "众", "顺", "安", "明",
    "德", "嘉",
];
const FIRMS: [&str; 10] = [
    "机械有限公司",
    "模具有限公司",
    "塑料制品有限公司",
    "国际物流有限公司",
    "餐饮管理有限公司",
    "贸易有限公司",
    "文具有限公司",
    "服装辅料有限公司",
    "电子科技有限公司",
    "建筑装饰工程有限公司",
];
const SHOPS: [&str; 6] = ["超市", "理发店", "汽车维修部", "海鲜排档", "五金商行", "便利店"];
/// Banks with codes whose check digit is right (ISO 7064 MOD 11,10).
const BANKS: [(&str, &str); 6] = [
    ("10233200612", "中国工商银行宁波北仑支行"),
    ("10333200621", "中国农业银行宁波北仑支行"),
    ("10433200633", "中国银行宁波北仑支行"),
    ("10533200644", "中国建设银行宁波北仑支行"),
    ("31333208291", "宁波银行北仑支行"),
    ("40233200615", "宁波鄞州农村商业银行北仑支行"),
];

/// A business of the story.
#[derive(Debug, Clone)]
pub struct Business {
    /// Unified social credit code.
    pub uscc: String,
    /// Name.
    pub name: String,
    /// Kind as a file says it.
    pub kind: &'static str,
    /// Sub-district.
    pub subdistrict: &'static str,
    /// Section of GB/T 4754.
    pub industry: &'static str,
    /// Size as a file says it.
    pub size: &'static str,
    /// Bank code.
    pub bank_code: String,
    /// Bank.
    pub bank_name: &'static str,
    /// Account.
    pub account_number: String,
}

/// The files of the story, as a department would send them.
#[derive(Debug, Clone)]
pub struct Story {
    /// `policies` as CSV.
    pub policies: String,
    /// `history` as CSV: everything paid in 2020.
    pub history: String,
    /// `grants` as CSV: a list that waits for review.
    pub waiting: String,
    /// `grants` as CSV: a list that is approved and paid in batches.
    pub approved: String,
    /// Businesses that a visitor may meet, for single grants.
    pub businesses: Vec<Business>,
}

/// Tells the story; always the same.
pub fn tell() -> Story {
    let mut seed = Seed::new(SEED);
    let mut taken = BTreeSet::new();
    let mut businesses: Vec<Business> = (0..RECIPIENTS).map(|_| business(&mut seed, &mut taken)).collect();
    let mut rows = paid_by_october(&mut seed, &businesses);
    rows.extend(paid_later(&mut seed, &mut businesses, &mut taken));
    rows.sort_by_key(|row| row.paid_on);
    let history = file(&businesses, &rows, "BL", true);
    let waiting_rows: Vec<Row> = (0..40)
        .map(|_| {
            let business = seed.index(businesses.len());
            Row { business, policy: 1, fen: money(&mut seed, 80_000, 1_900_000), paid_on: None }
        })
        .collect();
    let waiting = file(&businesses, &waiting_rows, "BL-D", false);
    let approved = file(&businesses, &approved(&mut seed, businesses.len()), "BL-P", false);
    Story { policies: policies(), history, waiting, approved, businesses }
}

/// Of two policies in turn, each to another business; two of the same amount to the same one.
fn approved(seed: &mut Seed, businesses: usize) -> Vec<Row> {
    let first = seed.index(businesses);
    let mut rows: Vec<Row> = (0..APPROVED)
        .map(|number| {
            let policy = if number % 2 == 0 { 1 } else { 3 };
            let business = (first + number * 37) % businesses;
            Row { business, policy, fen: money(seed, 80_000, 1_900_000), paid_on: None }
        })
        .collect();
    if let Some([one, other]) = rows.get_mut(TWIN..TWIN + 2) {
        (other.business, other.fen) = (one.business, one.fen);
    }
    rows
}

struct Row {
    business: usize,
    policy: usize,
    fen: i64,
    paid_on: Option<Day>,
}

fn paid_by_october(seed: &mut Seed, businesses: &[Business]) -> Vec<Row> {
    let mut owners: Vec<usize> = (0..RECIPIENTS).collect();
    owners.extend((RECIPIENTS..GRANTS).map(|_| seed.index(RECIPIENTS)));
    for last in (1..owners.len()).rev() {
        owners.swap(last, seed.index(last + 1));
    }
    let amounts = amounts(seed);
    let end = Day::new(2020, 10, 31);
    owners
        .into_iter()
        .zip(amounts)
        .enumerate()
        .map(|(number, (business, fen))| {
            let policy = policy_for(seed, businesses.get(business));
            let paid_on = if number == 0 { end } else { paid_on(seed, policy, end) };
            Row { business, policy, fen, paid_on }
        })
        .collect()
}

fn paid_later(seed: &mut Seed, businesses: &mut Vec<Business>, taken: &mut BTreeSet<String>) -> Vec<Row> {
    let mut rows = Vec::with_capacity(LATER);
    for _ in 0..LATER {
        let business = if seed.below(10) < 3 {
            businesses.push(business(seed, taken));
            businesses.len() - 1
        } else {
            seed.index(RECIPIENTS)
        };
        let policy = policy_for(seed, businesses.get(business));
        let after = i64::try_from(seed.below(60)).unwrap_or(0);
        let paid_on = Day::new(2020, 11, 1).map(|day| day.plus_days(after));
        rows.push(Row { business, policy, fen: money(seed, 50_000, 1_400_000), paid_on });
    }
    rows
}

/// Skewed amounts, as grants are: many small, few large; scaled to the exact total, the rest fen by fen.
fn amounts(seed: &mut Seed) -> Vec<i64> {
    let raw: Vec<i64> = (0..GRANTS)
        .map(|_| {
            let base = i64::try_from(200 + seed.below(1_800)).unwrap_or(1);
            let stretch = i64::try_from(1 + seed.below(9)).unwrap_or(1);
            let rare = if seed.below(20) == 0 { 4 } else { 1 };
            base * stretch * rare
        })
        .collect();
    let sum: i64 = raw.iter().sum();
    let mut scaled: Vec<i64> = raw
        .iter()
        .map(|r| {
            let exact = i128::from(*r) * i128::from(TOTAL_FEN) / i128::from(sum);
            i64::try_from(exact).unwrap_or(1).max(1)
        })
        .collect();
    let mut rest = TOTAL_FEN - scaled.iter().sum::<i64>();
    // Flooring leaves less than one fen a grant over.
    for fen in &mut scaled {
        let step = rest.signum();
        *fen += step;
        rest -= step;
    }
    scaled
}

fn money(seed: &mut Seed, from_fen: u64, to_fen: u64) -> i64 {
    i64::try_from(from_fen + seed.below(to_fen - from_fen)).unwrap_or(1)
}

fn policy_for(seed: &mut Seed, business: Option<&Business>) -> usize {
    let sole_trader = business.is_some_and(|b| b.kind == "个体工商户");
    let choices: Vec<(usize, u64)> = POLICIES
        .iter()
        .enumerate()
        .filter(|(index, _)| sole_trader || *index != 2)
        .map(|(index, policy)| (index, policy.5))
        .collect();
    seed.weighted(&choices).copied().unwrap_or(0)
}

fn paid_on(seed: &mut Seed, policy: usize, end: Option<Day>) -> Option<Day> {
    let starts = POLICIES.get(policy).and_then(|p| Day::parse(p.4).ok())?;
    let first = starts.plus_days(14);
    let days = first.days_between(end?) + 1;
    let after = seed.below(u64::try_from(days).unwrap_or(1));
    Some(first.plus_days(i64::try_from(after).unwrap_or(0)))
}

fn business(seed: &mut Seed, taken: &mut BTreeSet<String>) -> Business {
    let kind = seed.weighted(&[(1_usize, 55), (2, 42), (3, 3)]).copied().unwrap_or(1);
    let uscc = loop {
        let code = uscc(seed, kind);
        if taken.insert(code.clone()) {
            break code;
        }
    };
    let name = loop {
        let name = name(seed, kind);
        if taken.insert(name.clone()) {
            break name;
        }
    };
    let bank = seed.index(BANKS.len());
    let (bank_stem, bank_name) = BANKS.get(bank).copied().unwrap_or(("10233200612", ""));
    let digits = [16, 17, 19].get(seed.index(3)).copied().unwrap_or(19);
    let mut account_number = String::from("6");
    while account_number.len() < digits {
        account_number.push(char::from(b'0' + u8::try_from(seed.below(10)).unwrap_or(0)));
    }
    Business {
        uscc,
        name,
        kind: ["企业", "个体工商户", "农民专业合作社"].get(kind - 1).copied().unwrap_or("企业"),
        subdistrict: seed.weighted(&SUBDISTRICTS).copied().unwrap_or("新碶街道"),
        industry: seed.weighted(&INDUSTRIES).copied().unwrap_or("C"),
        size: match kind {
            2 => "微型",
            _ => seed.weighted(&[("小型", 48), ("微型", 46), ("中型", 6)]).copied().unwrap_or("小型"),
        },
        bank_code: bank_code(bank_stem),
        bank_name,
        account_number,
    }
}

fn name(seed: &mut Seed, kind: usize) -> String {
    let mut name = seed.pick(&HEADS).to_owned();
    for _ in 0..2 + seed.below(2) {
        name.push_str(seed.pick(&MIDDLES));
    }
    name.push_str(match kind {
        1 => seed.pick(&FIRMS),
        2 => seed.pick(&SHOPS),
        _ => "农业专业合作社",
    });
    name
}

/// A code of GB 32100-2015 with both check characters right.
fn uscc(seed: &mut Seed, kind: usize) -> String {
    const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    const ORGANISATION: [u64; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let mut code = format!("9{kind}330206");
    let mut sum = 0;
    for weight in ORGANISATION {
        let letter = ALPHABET.get(seed.index(31)).copied().unwrap_or(b'0');
        let value = u64::from(if letter.is_ascii_digit() { letter - b'0' } else { letter - b'A' + 10 });
        sum += value * weight;
        code.push(char::from(letter));
    }
    code.push(match (11 - sum % 11) % 11 {
        10 => 'X',
        digit => char::from(b'0' + u8::try_from(digit).unwrap_or(0)),
    });
    let mut weight = 1;
    let mut sum = 0;
    for letter in code.bytes() {
        let value = ALPHABET.iter().position(|a| *a == letter).unwrap_or(0);
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    code.push(ALPHABET.get((31 - sum % 31) % 31).map_or('0', |b| char::from(*b)));
    code
}

/// The code of a bank from all but its last digit.
pub fn bank_code(stem: &str) -> String {
    format!("{stem}{}", mod_11_10(stem))
}

/// The check digit of ISO 7064 MOD 11,10.
fn mod_11_10(digits: &str) -> u32 {
    let mut product = 10;
    for digit in digits.chars().filter_map(|c| c.to_digit(10)) {
        let sum = (product + digit) % 10;
        product = (if sum == 0 { 10 } else { sum }) * 2 % 11;
    }
    (11 - product) % 10
}

fn policies() -> String {
    let mut text = String::from("政策编号,政策名称,文号,资金方式,起始日期,截止日期,单户上限,预算金额\r\n");
    for ((code, title, document, instrument, starts_on, _), (budget, cap)) in
        POLICIES.iter().zip(BUDGETS_YUAN.iter().zip(CAPS_YUAN))
    {
        let _ = write!(text, "{code},{title},{document},{instrument},{starts_on},2099-12-31,{cap}.00,{budget}.00\r\n");
    }
    text
}

fn file(businesses: &[Business], rows: &[Row], prefix: &str, paid: bool) -> String {
    let mut text = String::with_capacity(rows.len() * 240);
    text.push_str("编号,统一社会信用代码,名称,主体类型,所属街道,行业,规模,政策编号,金额,联行号,开户行,户名,账号");
    text.push_str(if paid { ",发放日期\r\n" } else { "\r\n" });
    for (number, row) in rows.iter().enumerate() {
        let (Some(b), Some(policy)) = (businesses.get(row.business), POLICIES.get(row.policy)) else { continue };
        let _ = write!(
            text,
            "{prefix}-{:08},{},{},{},{},{},{},{},{},{},{},{},{}",
            number + 1,
            b.uscc,
            b.name,
            b.kind,
            b.subdistrict,
            b.industry,
            b.size,
            policy.0,
            Fen::new(row.fen).plain(),
            b.bank_code,
            b.bank_name,
            b.name,
            b.account_number
        );
        if let (true, Some(day)) = (paid, row.paid_on) {
            let _ = write!(text, ",{day}");
        }
        text.push_str("\r\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::bank_code::BankCode;
    use crate::kernel::uscc::Uscc;

    fn rows(file: &str) -> Vec<Vec<String>> {
        file.lines().skip(1).map(|l| l.split(',').map(str::to_owned).collect()).collect()
    }

    #[test]
    fn the_story_reaches_the_announcement_to_the_fen() {
        let story = tell();
        let by_october: Vec<_> = rows(&story.history).into_iter().filter(|r| r[13].as_str() <= "2020-10-31").collect();
        let recipients: BTreeSet<_> = by_october.iter().map(|r| r[1].clone()).collect();
        let total = Fen::sum(by_october.iter().map(|r| Fen::parse(&r[8]).unwrap())).unwrap();
        assert_eq!(by_october.len(), GRANTS);
        assert_eq!(recipients.len(), RECIPIENTS);
        assert_eq!(total.get(), TOTAL_FEN);
    }

    #[test]
    fn of_the_approved_grants_a_bank_can_tell_apart_all_but_two() {
        let approved = rows(&tell().approved);
        let cues: BTreeSet<_> = approved.iter().map(|row| (row[12].clone(), row[8].clone())).collect();
        assert_eq!((approved.len(), cues.len()), (APPROVED, APPROVED - 1));
        assert_eq!((&approved[TWIN][12], &approved[TWIN][8]), (&approved[TWIN + 1][12], &approved[TWIN + 1][8]));
        assert_ne!(approved[TWIN][7], approved[TWIN + 1][7], "they are of two policies");
    }

    #[test]
    fn its_codes_are_right_and_its_budgets_suffice() {
        let story = tell();
        let mut spent = [0; 5];
        for row in rows(&story.history) {
            assert!(Uscc::parse(&row[1]).unwrap().organisation_digit_ok());
            assert!(BankCode::parse(&row[9]).unwrap().check_ok());
            let policy = POLICIES.iter().position(|p| p.0 == row[7]).unwrap();
            spent[policy] += Fen::parse(&row[8]).unwrap().get();
        }
        for (spent, budget) in spent.iter().zip(BUDGETS_YUAN) {
            assert!(*spent < budget * 100, "{spent} of {budget}");
        }
    }
}
