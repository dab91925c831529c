//! What texts are read as.

use proptest::prelude::*;

use super::super::scope::PolicyName;
use super::*;

fn names() -> Names {
    let policy = |code: &str, title: &str| PolicyName {
        code: code.into(),
        title: title.into(),
        document_number: format!("仑〔2020〕{code}号"),
        instrument: "grant".into(),
    };
    Names {
        authority: "北仑区纾困资金".into(),
        division: "330206".into(),
        policies: vec![policy("BL2020-01", "小微企业房租补助"), policy("BL2020-02", "稳岗返还补贴")],
        subdistricts: vec!["新碶街道".into(), "大碶街道".into()],
        industries: vec!["C".into()],
        begins_on: None,
    }
}

pub(super) fn told(text: &str) -> Vec<String> {
    let calendar = Calendar { year: Some(2020), today: Day::parse("2020-11-25").unwrap() };
    let side = |day: Option<Day>| day.map_or_else(String::new, |day| day.to_string());
    let set = |set: &std::collections::BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>().join("+");
    let of_whom = |scope: &Scope| {
        scope.dimensions().into_iter().filter(|names| !names.is_empty()).map(set).collect::<Vec<_>>().join(" ")
    };
    let line = |claim: Claim| {
        let measure = claim.measure.map_or_else(Reason::code, Measure::code);
        let days = format!("{}..{}", side(claim.span.from), side(claim.span.to));
        format!("{} {measure} {days} {}", claim.text, of_whom(&claim.scope)).trim_end().to_owned()
    };
    read(text, &names(), calendar).into_iter().map(line).collect()
}

#[test]
fn the_sentence_of_the_announcement_is_read() {
    assert_eq!(
        told("截至10月底，该区已向10402家市场主体发放共计1.27亿元纾困资金。"),
        ["10402家 recipients ..2020-10-31", "1.27亿元 net_disbursed ..2020-10-31"]
    );
    assert_eq!(
        told("CNY 127 million to 10,402 businesses by the end of October 2020"),
        ["CNY 127 million net_disbursed ..2020-10-31", "10,402 businesses recipients ..2020-10-31"],
    );
    assert_eq!(
        told("CNY 127 million to 10,402 businesses had been paid."),
        ["CNY 127 million net_disbursed ..", "10,402 businesses recipients .."],
    );
    assert_eq!(
        told("By the end of October 2020, the district had paid CNY 127 million to 10,402 businesses."),
        ["CNY 127 million net_disbursed ..2020-10-31", "10,402 businesses recipients ..2020-10-31"],
    );
}

#[test]
fn parts_of_the_whole_have_their_scope() {
    assert_eq!(
        told("截至10月底发放1.27亿元，其中新碶街道2365家、2923.94万元，大碶街道1959家；全区户均1.22万元。"),
        [
            "1.27亿元 net_disbursed ..2020-10-31",
            "2365家 recipients ..2020-10-31 新碶街道",
            "2923.94万元 net_disbursed ..2020-10-31 新碶街道",
            "1959家 recipients ..2020-10-31 大碶街道",
            "1.22万元 per_recipient ..2020-10-31",
        ]
    );
    assert_eq!(
        told("上半年累计发放小微企业房租补助5000万元，惠及微型企业300多家。"),
        [
            "5000万元 net_disbursed 2020-01-01..2020-06-30 BL2020-01",
            "300多家 recipients 2020-01-01..2020-06-30 BL2020-01 微型",
        ]
    );
    assert_eq!(
        told("10月份发放1200万元，累计发放1.27亿元。"),
        ["1200万元 net_disbursed 2020-10-01..2020-10-31", "1.27亿元 net_disbursed ..2020-10-31"]
    );
    assert_eq!(
        told("推出惠企政策5条，三年来兑付1.27亿元，户均受益1.2万元"),
        ["5条 policies_of_book ..", "1.27亿元 net_disbursed 2018-01-01..", "1.2万元 per_recipient 2018-01-01..",]
    );
    assert_eq!(told("小微企业5000家受益"), ["5000家 recipients .. 小型+微型"], "a size, no part of a title");
    assert_eq!(
        told("发放房租补助5000万元、稳岗返还3000万元，户均1.2万元"),
        ["5000万元 net_disbursed .. BL2020-01", "3000万元 net_disbursed .. BL2020-02", "1.2万元 per_recipient .."]
    );
    assert_eq!(
        told("惠及企业5000家、个体工商户5402户"),
        ["5000家 recipients .. 企业", "5402户 recipients .. 个体工商户"]
    );
}

#[test]
fn what_the_book_does_not_hold_is_not_checked() {
    assert_eq!(
        told(
            "全年实现地区生产总值60.28亿元，同比增长5.2%，计划再发放2亿元，向10家企业发放贷款5995万元，诉求办结率99.38%（11125/11194）。"
        ),
        [
            "60.28亿元 not_about_payments 2020-01-01..2020-12-31",
            "5.2% compared 2020-01-01..2020-12-31",
            "2亿元 planned 2020-01-01..2020-12-31",
            "10家 planned 2020-01-01..2020-12-31 loan",
            "5995万元 planned 2020-01-01..2020-12-31 loan",
            "99.38% of_text 2020-01-01..2020-12-31",
            "11125/11194 of_text 2020-01-01..2020-12-31",
        ]
    );
}

#[test]
fn what_was_not_paid_or_not_here_or_for_something_else_is_never_true() {
    let reason = |text: &str| {
        let calendar = Calendar { year: Some(2020), today: Day::parse("2020-12-31").unwrap() };
        let claims = read(text, &names(), calendar);
        let told = claims.into_iter().map(|claim| claim.measure.map_or_else(Reason::code, Measure::code));
        told.collect::<Vec<_>>().join(" ")
    };
    for (text, expected) in [
        ("截至10月底，尚有1.27亿元补贴未发放。", "not_yet_paid"),
        ("截至10月底，应发放纾困资金1.27亿元，已发放1亿元。", "not_yet_paid net_disbursed"),
        ("截至10月底，将发放纾困资金1.27亿元。", "not_yet_paid"),
        ("截至10月底，10402家市场主体未享受补贴。", "not_yet_paid"),
        ("127 million yuan of subsidies had not been paid.", "not_yet_paid"),
        ("截至10月底，收到企业申请补贴1.27亿元。", "not_about_payments"),
        ("截至10月底，已审核补贴资金1.27亿元。", "not_about_payments"),
        ("截至10月底，10402家企业提出补贴申请。", "not_about_payments"),
        ("截至10月底，骗取补贴1.27亿元。", "not_about_payments"),
        ("截至10月底，撬动社会资本1.27亿元补贴。", "not_about_payments"),
        ("截至10月底，因疫情损失1.27亿元，已给予补贴。", "not_about_payments"),
        ("截至10月底，全市累计发放纾困资金1.27亿元。", "elsewhere"),
        ("截至10月底，全省累计发放纾困资金1.27亿元，全区发放1.2亿元。", "elsewhere net_disbursed"),
        ("截至10月底，鄞州区累计发放纾困资金1.27亿元，惠及10402家。", "elsewhere elsewhere"),
        ("By the end of October 2020, the province paid CNY 127 million to 10,402 businesses.", "elsewhere elsewhere"),
        ("截至10月底，累计发放工资1.27亿元。", "other_purpose"),
        ("截至10月底，累计发放救灾补助1.27亿元。", "other_purpose"),
        ("截至10月底，支付工程款1.27亿元。", "other_purpose"),
        ("截至10月底，第一批发放1.27亿元。", "part_of_several"),
        ("截至10月底，累计下达纾困补助资金1.27亿元。", "budget"),
        // Controls: words like these that take nothing away.
        ("截至10月底，北仑区累计发放纾困资金1.27亿元，惠及10402家市场主体。", "net_disbursed recipients"),
        ("截至10月底，企业网上申请后共发放补贴1.27亿元。", "net_disbursed"),
        ("截至10月底，全市率先兑现惠企资金1.27亿元。", "net_disbursed"),
        ("截至10月底，应享尽享，累计发放补贴1.27亿元，惠及10402家企业。", "net_disbursed recipients"),
        ("截至10月底，兑现补贴1.27亿元，10402家企业受益。", "net_disbursed recipients"),
    ] {
        assert_eq!(reason(text), expected, "{text}");
    }
}

#[test]
fn words_of_time_and_money_are_read_as_people_write_them() {
    for (text, expected) in [
        ("截至2020.10.31，累计发放纾困资金1.27亿元。", "1.27亿元 net_disbursed ..2020-10-31"),
        ("截至2020-10-31，累计发放纾困资金1.27亿元。", "1.27亿元 net_disbursed ..2020-10-31"),
        ("截至2020/10/31，累计发放纾困资金1.27亿元。", "1.27亿元 net_disbursed ..2020-10-31"),
        ("2020-02-24至2020-10-31发放1.27亿元。", "1.27亿元 net_disbursed 2020-02-24..2020-10-31"),
        ("累计发放纾困资金1.27亿元（截至10月底）。", "1.27亿元 net_disbursed ..2020-10-31"),
        ("累计发放纾困资金1.27亿元（数据截至2020年10月31日）。", "1.27亿元 net_disbursed ..2020-10-31"),
        ("截至上月底，累计发放1.27亿元。", "1.27亿元 net_disbursed ..2020-10-31"),
        ("本月发放100万元。", "100万元 net_disbursed 2020-11-01..2020-11-30"),
        ("年初以来，发放1.27亿元。", "1.27亿元 net_disbursed 2020-01-01.."),
        ("提前2个月发放1.27亿元。", "2个月 not_about_payments ..|1.27亿元 net_disbursed .."),
        ("前三季度，累计发放纾困资金1.1亿元。", "1.1亿元 net_disbursed 2020-01-01..2020-09-30"),
        ("三年来，累计兑付1.33亿元。", "1.33亿元 net_disbursed 2018-01-01.."),
        ("截至10月底，发放1.27个亿。", "1.27个亿 net_disbursed ..2020-10-31"),
        ("截至10月底，发放1.27个亿资金。", "1.27个亿 net_disbursed ..2020-10-31"),
        ("截至10月底，发放1.27亿纾困资金。", "1.27亿 net_disbursed ..2020-10-31"),
        ("截至10月底，发放1.27亿人民币。", "1.27亿人民币 net_disbursed ..2020-10-31"),
        ("截至10月底，发放户均最高20万元。", "20万元 not_recorded ..2020-10-31"),
        ("受益个体工商户4441户，占42.7%。", "4441户 recipients .. 个体工商户|42.7% share_of_recipients .. 个体工商户"),
        ("明年将安排2亿元。", "2亿元 planned .."),
    ] {
        assert_eq!(told(text).join("|"), expected, "{text}");
    }
}

#[test]
fn a_long_text_without_marks_is_read_to_its_end() {
    let text = "发放1元".repeat(5_000);
    let calendar = Calendar { year: None, today: Day::parse("2020-11-25").unwrap() };
    let claims = read(&text, &names(), calendar);
    assert_eq!(claims.len(), 5_000);
    assert!(claims.iter().all(|claim| claim.measure == Ok(Measure::NetDisbursed)));
}

#[test]
fn full_width_figures_stand_where_they_stand() {
    let text = "已发放１２７，０３４，５６２．８５元，惠及１０４０２家";
    let calendar = Calendar { year: Some(2020), today: Day::parse("2020-11-25").unwrap() };
    let claims = read(text, &names(), calendar);
    assert_eq!(claims[0].text, "１２７，０３４，５６２．８５元");
    assert_eq!(claims[0].written.micro(), Some(127_034_562_850_000));
    assert_eq!((claims[1].text.as_str(), claims[1].measure), ("１０４０２家", Ok(Measure::Recipients)));
}

proptest! {
    #[test]
    fn no_text_panics(text in "(发放|截至|10月底|新碶街道|1\\.27亿元|近|万余|家|，|。|[0-9]{1,4}|其中|占|%|/|（|Paid |by |in |[a-z ]{1,3}){0,30}") {
        let calendar = Calendar { year: None, today: Day::parse("2020-11-25").unwrap() };
        let length = text.chars().count();
        for claim in read(&text, &names(), calendar) {
            prop_assert!(claim.start < claim.end && claim.end <= length);
        }
    }
}

#[test]
fn a_table_is_read_by_its_columns_and_rows() {
    for text in [
        "截至10月底各街道发放情况（单位：万元）\n街道\t金额\t户数\t占比（%）\n新碶街道\t2923.94\t2365\t23.02\n合计\t12703.46\t10402\t-",
        "截至10月底各街道发放情况\n单位：万元\n| 街道 | 金额 | 户数 | 占比 |\n|---|---:|---:|---:|\n| 新碶街道 | 2923.94 | 2365 | 23.02% |\n| 合计 | 12703.46 | 10402 | |",
        "截至10月底各街道发放情况\n序号  街道  发放金额（万元）  户数  占比\n1  新碶街道  2923.94  2365  23.02%\n2  合计  12703.46  10402  —",
    ] {
        let found: Vec<String> = told(text).into_iter().map(|line| line.replace('%', "")).collect();
        assert_eq!(
            found,
            [
                "2923.94 net_disbursed ..2020-10-31 新碶街道",
                "2365 recipients ..2020-10-31 新碶街道",
                "23.02 share_of_net ..2020-10-31 新碶街道",
                "12703.46 net_disbursed ..2020-10-31",
                "10402 recipients ..2020-10-31",
            ],
            "{text}"
        );
    }
}

#[test]
fn a_table_may_name_times_and_measures_anywhere() {
    assert_eq!(
        told(
            "主要指标\n项目\t上半年\t截至10月底\n发放金额（万元）\t5609.47\t12703.46\n受益户数\t5400\t10402\n户均（元）\t10388\t12212"
        ),
        [
            "5609.47 net_disbursed 2020-01-01..2020-06-30",
            "12703.46 net_disbursed ..2020-10-31",
            "5400 recipients 2020-01-01..2020-06-30",
            "10402 recipients ..2020-10-31",
            "10388 per_recipient 2020-01-01..2020-06-30",
            "12212 per_recipient ..2020-10-31",
        ]
    );
    assert_eq!(
        told(
            "分月发放情况（万元）\n月份  当月发放（万元）  累计发放（万元）\n5月  1639.98  3965.61\n6月  1643.86  5609.47\n合计  3283.84  5609.47"
        ),
        [
            "1639.98 net_disbursed 2020-05-01..2020-05-31",
            "3965.61 net_disbursed ..2020-05-31",
            "1643.86 net_disbursed 2020-06-01..2020-06-30",
            "5609.47 net_disbursed ..2020-06-30",
            "3283.84 net_disbursed 2020-05-01..2020-06-30",
            "5609.47 net_disbursed ..2020-06-30",
        ]
    );
    assert_eq!(
        told(
            "发放情况（单位：万元）\n街道\t上半年\t\t10月\t\n\t金额\t户数\t金额\t户数\n新碶街道\t1291\t1224\t400\t300"
        ),
        [
            "1291 net_disbursed 2020-01-01..2020-06-30 新碶街道",
            "1224 recipients 2020-01-01..2020-06-30 新碶街道",
            "400 net_disbursed 2020-10-01..2020-10-31 新碶街道",
            "300 recipients 2020-10-01..2020-10-31 新碶街道",
        ]
    );
}

#[test]
fn what_the_names_of_a_table_do_not_say_is_not_guessed() {
    assert_eq!(
        told("各街道发放情况\n街道  金额  申请户数\n新碶街道  2923.94  3000\n高塘街道  100.00元  5"),
        [
            "2923.94 unit_unknown .. 新碶街道",
            "3000 not_about_payments .. 新碶街道",
            "100.00元 scope_unknown .. 高塘街道",
            "5 not_about_payments .. 高塘街道",
        ]
    );
    // A sum of the rows that are listed, where they add up to it.
    assert_eq!(
        told("发放情况（单位：万元）\n街道 发放金额\n新碶街道 2923.94\n高塘街道 10\n小计 2933.94")[2],
        "2933.94 part_of_several .."
    );
    assert_eq!(told("经营情况（单位：亿元）\n行业  营业收入\n制造业  320"), ["320 not_about_payments .. C"]);
    assert_eq!(
        told("2021年资金计划表（单位：万元）\n政策  金额\n房租补助  3000")[0],
        "3000 planned 2021-01-01..2021-12-31 BL2020-01"
    );
    // No table: lines that only look like one.
    assert_eq!(told("联系人 电话\n张三 13800000000"), [""; 0]);
}

#[test]
fn a_number_of_policies_is_of_the_book_or_of_what_was_paid() {
    for (text, expected) in [
        ("北仑区先后出台八项纾困政策。", "八项纾困政策 policies_of_book .."),
        ("出台惠企政策六条。", "六条 policies_of_book .."),
        ("上半年兑现五项政策。", "五项政策 policies 2020-01-01..2020-06-30"),
        ("截至10月底，通过5项政策发放。", "5项政策 policies ..2020-10-31"),
        // what one document says, and what only points at others
        ("出台30条政策措施。", "30条政策 not_about_payments .."),
        ("上述3项政策效果明显。", "3项政策 not_about_payments .."),
    ] {
        assert_eq!(told(text), [expected], "{text}");
    }
    assert_eq!(told("这三项政策落地见效。"), [""; 0]);
    assert_eq!(told("上述三项政策合计发放1.09亿元。"), ["1.09亿元 part_of_several .."]);
}

#[test]
fn parts_in_words_are_of_money_or_of_recipients() {
    for (text, expected) in [
        ("资金的三分之一流向新碶街道。", "三分之一 share_of_net .. 新碶街道"),
        ("每三家受益企业中就有一家在新碶。", "每三家受益企业中就有一家 share_of_recipients .. 新碶街道"),
        ("每10元纾困资金中有3元发给了制造业。", "每10元纾困资金中有3元 share_of_net .. C"),
        ("受益主体近七成是微型企业。", "七成 share_of_recipients .. 微型"),
        ("纾困资金过半给了微型企业。", "过半 share_of_net .. 微型"),
        ("资金半数以上投向制造业。", "半数以上 share_of_net .. C"),
        ("已支出预算的十分之一。", "十分之一 completion .."),
    ] {
        assert_eq!(told(text), [expected], "{text}");
    }
    assert_eq!(
        told("惠及个体工商户4457户，近半。"),
        ["4457户 recipients .. 个体工商户", "近半 share_of_recipients .. 个体工商户"]
    );
}

#[test]
fn money_without_a_name_is_not_that_of_the_book() {
    assert_eq!(told("发放一次性补贴500万元。"), ["500万元 scope_unknown .. 一次性补贴"]);
    assert_eq!(told("向企业发放一次性纾困补助500万元。"), ["500万元 scope_unknown .. 一次性纾困补助"]);
    // Controls: how it was paid, and a policy of the book.
    assert_eq!(told("一次性发放补助500万元。"), ["500万元 net_disbursed .."]);
    assert_eq!(told("发放一次性稳岗返还补贴500万元。"), ["500万元 net_disbursed .. BL2020-02"]);
}

#[test]
fn what_one_recipient_tells_or_others_gave_is_not_the_book() {
    for (text, expected) in [
        ("“政府给了我2万元补助，真是雪中送炭！”一家理发店的老板说。", &["2万元 part_of_several .."][..]),
        ("减免社保费21.7亿元，1.9万家企业受益。", &["21.7亿元 not_about_payments ..", "1.9万家 not_about_payments .."]),
        ("全区市场主体达9.8万户，其中1.04万户领到补助。", &["9.8万户 not_about_payments ..", "1.04万户 recipients .."]),
        (
            "各类涉企资金21.5亿元已兑现，其中纾困资金1.27亿元。",
            &["21.5亿元 not_recorded ..", "1.27亿元 net_disbursed .."],
        ),
        ("新碶补助2365家，比大碶多406家。", &["2365家 recipients .. 新碶街道", "406家 compared .. 大碶街道"]),
        ("小长假发放补助12笔。", &["12笔 ambiguous .."]),
    ] {
        assert_eq!(told(text), expected, "{text}");
    }
}

#[test]
fn a_figure_takes_from_the_one_before() {
    assert_eq!(
        told("三季度户均补助1.05万元，较一季度的0.96万元增长9.2%。"),
        [
            "1.05万元 per_recipient 2020-07-01..2020-09-30",
            "0.96万元 per_recipient 2020-01-01..2020-03-31",
            "9.2% compared 2020-07-01..2020-09-30",
        ]
    );
    assert_eq!(told("每笔补助平均多少？全年算下来是9646元。"), ["9646元 per_grant 2020-01-01..2020-12-31"]);
    assert_eq!(
        told("1.27亿元“红包”落袋！前10个月10402家企业受益"),
        ["1.27亿元 net_disbursed 2020-01-01..2020-10-31", "10402家 recipients 2020-01-01..2020-10-31"]
    );
    assert_eq!(
        told("截至10月15日，兑现1.18亿元；五天后升至1.20亿元。"),
        ["1.18亿元 net_disbursed ..2020-10-15", "1.20亿元 net_disbursed ..2020-10-20"]
    );
    assert_eq!(
        told("6月30日这天发放64笔；10月28日，发放51笔。"),
        ["64笔 grants 2020-06-30..2020-06-30", "51笔 grants 2020-10-28..2020-10-28"]
    );
}

#[test]
fn shares_and_lists_of_tables_belong_to_what_stands_beside_or_above() {
    assert_eq!(
        told("受益主体（截至10月底）\n规模\t户数\t占比\n微型\t7234\t69.5%")[1],
        "69.5% share_of_recipients ..2020-10-31 微型"
    );
    assert_eq!(
        told("截至10月底发放情况（亿元）\n街道\t本月\t累计\n新碶街道\t0.04\t0.29"),
        ["0.04 net_disbursed 2020-10-01..2020-10-31 新碶街道", "0.29 net_disbursed ..2020-10-31 新碶街道"]
    );
    assert_eq!(
        told("截至10月底，纾困资金发放情况如下：\n新碶街道：2923.94万元，2365户；\n合计：12703.46万元。"),
        [
            "2923.94万元 net_disbursed ..2020-10-31 新碶街道",
            "2365户 recipients ..2020-10-31 新碶街道",
            "12703.46万元 net_disbursed ..2020-10-31",
        ]
    );
}

#[test]
fn other_places_and_other_funds_are_not_the_book() {
    for (text, reason) in [
        ("慈溪兑付纾困资金3.2亿元。", "elsewhere"),
        ("浙江：发放补贴120亿元。", "elsewhere"),
        ("兑现工业扶持资金1.8亿元。", "scope_unknown"),
        ("投入200万元改造老旧小区。", "not_about_payments"),
        ("补助金额超过5万元的企业120家。", "not_recorded"),
        ("某建材公司收到补助2.1万元。", "part_of_several"),
    ] {
        assert!(told(text)[0].contains(reason), "{text}: {:?}", told(text));
    }
    // Controls: money of enterprises has no name, and the book's own place is its own.
    assert_eq!(told("宁波北仑兑现企业扶持资金1.8亿元。"), ["1.8亿元 net_disbursed .."]);
}
