//! Entries balance for every sum, and a set of rules says what is wrong with it.

use proptest::prelude::*;

use super::*;
use crate::funds::Stage;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;

fn shipped() -> &'static RuleSet {
    RuleSet::shipped().unwrap()
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn lawful() -> Vec<(Stage, Stage)> {
    let ways = Stage::ALL.into_iter().flat_map(|from| Stage::ALL.into_iter().map(move |to| (from, to)));
    ways.filter(|(from, to)| from.leads_to(*to)).collect()
}

fn moved(way: (Stage, Stage), sort: Sort, amount: i64) -> MovedSum {
    let (from, to) = if sort == Sort::Onward { way } else { (way.1, way.0) };
    MovedSum {
        policy: 1,
        allotment: 2,
        from,
        to,
        sort,
        payer: None,
        month: "2020-03".into(),
        last_on: day("2020-03-04"),
        grants: 1,
        amount: Fen::new(amount),
    }
}

fn codes(faults: Vec<crate::kernel::Refusal>) -> Vec<&'static str> {
    faults.into_iter().map(|fault| fault.code).collect()
}

fn column(lines: &[Line], side: Side, pick: fn(&Line) -> Fen) -> Fen {
    Fen::sum(lines.iter().filter(|line| line.side == side).map(pick)).unwrap()
}

/// Any sums of any moves, in three months, of several allotments and payers.
fn sums() -> impl Strategy<Value = Vec<MovedSum>> {
    let payer = prop_oneof![Just(None), proptest::sample::select(&PAYERS[..]).prop_map(Some)];
    let sort = prop_oneof![Just(Sort::Onward), Just(Sort::Back), Just(Sort::BackOfEarlierYear)];
    let one = (proptest::sample::select(lawful()), sort, payer, 1..4_i64, 0..3_usize, 1..1_000_000_000_000_i64);
    let one = one.prop_map(|(way, sort, payer, allotment, month, amount)| MovedSum {
        allotment,
        payer: payer.map(str::to_owned),
        month: ["2020-03", "2020-04", "2021-01"][month].into(),
        last_on: day(["2020-03-04", "2020-04-30", "2021-01-01"][month]),
        ..moved(way, sort, amount)
    });
    proptest::collection::vec(one, 0..40)
}

fn occasion() -> impl Strategy<Value = Occasion> {
    prop_oneof![Just(Occasion::Ordinary), Just(Occasion::EarlierYear), Just(Occasion::Offset)]
}

proptest! {
    #[test]
    fn every_voucher_balances_on_both_sides(sums in sums(), occasion in occasion()) {
        for voucher in draw(shipped(), &sums, occasion).unwrap() {
            prop_assert!(!voucher.lines.is_empty());
            for side in Side::ALL {
                let debits = column(&voucher.lines, side, |line| line.debit);
                prop_assert_eq!(debits, column(&voucher.lines, side, |line| line.credit));
                prop_assert!(debits <= voucher.sum);
            }
            for line in &voucher.lines {
                prop_assert!((line.debit > Fen::ZERO) != (line.credit > Fen::ZERO));
            }
        }
    }

    #[test]
    fn nothing_is_lost_between_sums_and_vouchers(sums in sums(), occasion in occasion()) {
        // The shipped rules post every move on the financial side; 上缴国库 alone twice.
        let vouchers = draw(shipped(), &sums, occasion).unwrap();
        let entered: i128 = sums.iter().map(|sum| {
            let twice = sum.way_for_tests() == (Stage::Disbursed, Stage::Source);
            i128::from(sum.amount.get()) * if twice { 2 } else { 1 }
        }).sum();
        let posted: i128 = vouchers.iter()
            .map(|voucher| i128::from(column(&voucher.lines, Side::Financial, |line| line.debit).get()))
            .sum();
        prop_assert_eq!(posted, entered);
    }

    #[test]
    fn no_text_makes_the_rules_panic(text in "[\\x20-\\x7e\n\u{4e00}-\u{4e10}]{0,400}") {
        prop_assert!(RuleSet::parse(&text).is_err());
    }
}

impl MovedSum {
    fn way_for_tests(&self) -> (Stage, Stage) {
        if self.sort == Sort::Onward { (self.from, self.to) } else { (self.to, self.from) }
    }
}

#[test]
fn a_payment_is_posted_on_both_sides_by_its_payer() {
    let posted = |payer: Option<&str>| {
        let sum = MovedSum {
            payer: payer.map(str::to_owned),
            ..moved((Stage::InTransit, Stage::Disbursed), Sort::Onward, 12_345)
        };
        let vouchers = draw(shipped(), &[sum], Occasion::Ordinary).unwrap();
        assert_eq!(vouchers.len(), 1);
        assert_eq!(vouchers[0].kind, VoucherKind::Payment);
        assert_eq!(vouchers[0].sum, Fen::new(12_345));
        vouchers[0].lines.iter().map(|line| line.account.clone()).collect::<Vec<_>>()
    };
    assert_eq!(posted(None), ["230302", "1011", "7101", "800101"]);
    assert_eq!(posted(Some("treasury_authorised")), ["230302", "1011", "7101", "800101"]);
    assert_eq!(posted(Some("treasury_direct")), ["230302", "4001", "7101", "6001"]);
    assert_eq!(posted(Some("own")), ["230302", "1002", "7101", "800102"]);
}

#[test]
fn what_goes_back_is_red_in_its_year_and_blue_with_columns_exchanged_later() {
    let way = (Stage::Available, Stage::Disbursed);
    let red = draw(shipped(), &[moved(way, Sort::Back, 100)], Occasion::Ordinary).unwrap();
    assert!(red[0].is_red);
    assert_eq!((red[0].kind, red[0].lines[0].account.as_str()), (VoucherKind::Payment, "5001"));
    assert_eq!(red[0].lines[0].debit, Fen::new(100));
    let blue = draw(shipped(), &[moved(way, Sort::BackOfEarlierYear, 100)], Occasion::Ordinary).unwrap();
    assert!(!blue[0].is_red);
    let lines: Vec<_> = blue[0].lines.iter().map(|line| (line.account.as_str(), line.debit.get())).collect();
    assert_eq!(
        (blue[0].kind, lines),
        (VoucherKind::Receipt, vec![("1201", 100), ("3501", 0), ("800103", 100), ("8101", 0)])
    );
}

#[test]
fn one_act_makes_a_voucher_per_month_colour_and_type() {
    let paid = (Stage::InTransit, Stage::Disbursed);
    let april = MovedSum { month: "2020-04".into(), last_on: day("2020-04-02"), ..moved(paid, Sort::Onward, 5) };
    let earlier = MovedSum { last_on: day("2020-03-01"), allotment: 3, ..moved(paid, Sort::Onward, 7) };
    let refused = moved((Stage::InTransit, Stage::Payable), Sort::Onward, 2);
    let back = moved(paid, Sort::Back, 1);
    let sums = [april, moved(paid, Sort::Onward, 3), earlier, refused, back];
    let vouchers = draw(shipped(), &sums, Occasion::Ordinary).unwrap();
    let told: Vec<_> = vouchers
        .iter()
        .map(|voucher| (voucher.month.as_str(), voucher.is_red, voucher.kind.mark(), voucher.sum.get()))
        .collect();
    assert_eq!(
        told,
        [
            ("2020-03", true, "付", 1),
            ("2020-03", false, "付", 10),
            ("2020-03", false, "转", 2),
            ("2020-04", false, "付", 5),
        ]
    );
    assert_eq!(vouchers[1].made_on, day("2020-03-04"));
    assert_eq!(vouchers[1].words, [("支付成功".to_owned(), 2)]);
}

#[test]
fn an_offset_moves_no_cash_and_no_budget() {
    let sums = [
        moved((Stage::Disbursed, Stage::Available), Sort::Onward, 9),
        moved((Stage::InTransit, Stage::Disbursed), Sort::Onward, 9),
    ];
    let vouchers = draw(shipped(), &sums, Occasion::Offset).unwrap();
    assert_eq!(vouchers.len(), 1);
    assert!(vouchers[0].lines.iter().all(|line| line.side == Side::Financial && !line.account.starts_with("10")));
}

#[test]
fn a_set_of_rules_says_what_is_wrong() {
    let changed = |from: &str, to: &str| {
        let text = RuleSet::shipped_text();
        assert!(text.contains(from), "{from}");
        codes(RuleSet::parse(&text.replacen(from, to, 1)).unwrap_err())
    };
    assert_eq!(changed("title =", "titel ="), ["posting_rules_unreadable"]);
    assert_eq!(changed(r#"credit = ["230301"]"#, "credit = []"), ["posting_unbalanced"]);
    assert_eq!(changed(r#"debit = ["1011", "800101"]"#, r#"debit = ["1011"]"#), ["posting_unbalanced"]);
    assert_eq!(changed(r#"debit = ["5001"]"#, r#"debit = ["7101"]"#), ["posting_unbalanced"; 2]);
    assert_eq!(
        changed(r#"debit = ["5001"]"#, r#"debit = ["9999"]"#),
        ["posting_account_unknown", "posting_unbalanced"]
    );
    assert_eq!(changed(r#"code = "1011""#, r#"code = "1002""#).first(), Some(&"posting_account_twice"));
    assert_eq!(changed(r#"payer = "own""#, r#"payer = "owner""#), ["posting_payer_unknown"]);
    assert_eq!(changed(r#"payer = "own""#, r#"payer = "special""#), ["posting_rule_twice"]);
    assert_eq!(changed(r#"words = "退汇""#, r#"words = """#), ["posting_words"]);
    assert_eq!(
        changed("to = \"source\"\ntype = \"payment\"", "to = \"in_transit\"\ntype = \"payment\""),
        ["posting_way", "posting_rule_missing"]
    );
    let empty = "debit = []\ncredit = []";
    assert_eq!(changed("debit = [\"5001\"]\ncredit = [\"230301\"]", empty), ["posting_rule_alone"]);
    assert_eq!(changed("title", &format!("# {}\ntitle", "长".repeat(30_000))), ["posting_rules_long"]);
}

#[test]
fn names_and_days_are_those_of_paper() {
    assert_eq!(name(VoucherKind::Payment, "2020-10", 7), "付-2020-10-0007");
    assert_eq!(named_day(day("2020-10-08")), "2020年10月8日");
    assert_eq!(parse_month("2020-10").as_deref(), Some("2020-10"));
    assert_eq!(parse_month("2020-13"), None);
    for kind in VoucherKind::ALL {
        assert_eq!(VoucherKind::from_code(kind.code()), Some(kind));
        assert_eq!(kind.opposite().opposite(), kind);
    }
    for act in Act::ALL {
        assert_eq!(Act::from_code(act.code()), Some(act));
    }
}
