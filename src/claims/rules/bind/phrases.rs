//! Turns of speech of bulletins that were once read wrong, with texts beside them in which the same words say something else.

use super::tests::told;

fn check(cases: &[(&str, &[&str])]) {
    for (text, expected) in cases {
        assert_eq!(told(text), *expected, "{text}");
    }
}

#[test]
fn verbs_and_bounds_of_speech() {
    check(&[
        (
            "房租补助预算2亿元，截至10月底实付5000万元。",
            &["2亿元 budget .. BL2020-01", "5000万元 net_disbursed ..2020-10-31 BL2020-01"],
        ),
        ("截至10月底，房租补助每家平均1万元。", &["1万元 per_recipient ..2020-10-31 BL2020-01"]),
        ("截至10月底，房租补助平均一家1万元。", &["1万元 per_recipient ..2020-10-31 BL2020-01"]),
        (
            "By June 30, 2020, firms shared CNY 5 million, or 9,187 yuan apiece.",
            &["CNY 5 million net_disbursed ..2020-06-30", "9,187 yuan per_recipient ..2020-06-30"],
        ),
        (
            "供电、供水单位让利8600万元，惠及用户3.1万户。",
            &["8600万元 not_about_payments ..", "3.1万户 not_about_payments .."],
        ),
    ]);
}

#[test]
fn a_question_as_a_headline_is_dated_by_what_stands_below() {
    check(&[("1.27亿元补助发给了谁？——前十个月走访记", &["1.27亿元 net_disbursed 2020-01-01..2020-10-31"])]);
}

#[test]
fn money_of_another_level_is_told_on_by_its_verb() {
    check(&[
        (
            "下达我区中央直达资金3.6亿元，已支出3.1亿元，支出进度86.1%。",
            &["3.6亿元 not_recorded ..", "3.1亿元 not_about_payments ..", "86.1% not_about_payments .."],
        ),
        (
            "每户最高补助5万元，截至10月底已支出1.27亿元。",
            &["5万元 not_recorded ..", "1.27亿元 net_disbursed ..2020-10-31"],
        ),
    ]);
}

#[test]
fn differences_are_no_sums() {
    check(&[
        ("与8月相比，9月少兑付补助156万元。", &["156万元 compared 2020-09-01..2020-09-30"]),
        (
            "三季度5028家受益，又多了537家。",
            &["5028家 recipients 2020-07-01..2020-09-30", "537家 compared 2020-07-01..2020-09-30"],
        ),
        ("截至10月底，至少发放1.2亿元。", &["1.2亿元 net_disbursed ..2020-10-31"]),
        ("截至10月底，不少企业领到补助，发放1.27亿元。", &["1.27亿元 net_disbursed ..2020-10-31"]),
    ]);
}

#[test]
fn what_a_document_provides_for_was_not_yet_done() {
    check(&[
        ("《若干意见》提出，安排专项资金不少于3亿元。", &["3亿元 planned .."]),
        ("按照《若干意见》要求，截至10月底发放补助1.27亿元。", &["1.27亿元 net_disbursed ..2020-10-31"]),
        ("《预算执行报告》指出，今年发放补助1.27亿元。", &["1.27亿元 net_disbursed 2020-01-01..2020-12-31"]),
    ]);
}

#[test]
fn each_in_order_is_said_in_several_ways() {
    check(&[
        (
            "截至6月底，企业、个体户各占补助资金的55.4%和44.2%。",
            &["55.4% share_of_net ..2020-06-30 企业", "44.2% share_of_net ..2020-06-30 个体工商户"],
        ),
        (
            "截至6月底，新碶、大碶各有2365家和1959家受益。",
            &["2365家 recipients ..2020-06-30 新碶街道", "1959家 recipients ..2020-06-30 大碶街道"],
        ),
    ]);
}
