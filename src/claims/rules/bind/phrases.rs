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

#[test]
fn a_whole_is_told_by_a_word_for_inside() {
    check(&[
        (
            "房租补助资金里超过六成给了企业，个体户占三分之一多一点（10月底口径）。",
            &[
                "六成 share_of_net ..2020-10-31 BL2020-01 企业",
                "三分之一多 share_of_net ..2020-10-31 BL2020-01 个体工商户",
            ],
        ),
        ("截至10月底，稳岗返还中，制造业拿走了三成。", &["三成 share_of_net ..2020-10-31 BL2020-02 C"]),
        ("小微企业里约五成关门。", &["五成 whole_unknown .. 小型+微型"]),
    ]);
}

#[test]
fn a_part_of_an_earlier_clause_is_not_of_the_next_sum() {
    check(&[
        (
            "房租补助4月付出首笔款，到6月底累计512万元、585家。",
            &["512万元 net_disbursed ..2020-06-30 BL2020-01", "585家 recipients ..2020-06-30 BL2020-01"],
        ),
        ("首批5月到账1200万元。", &["1200万元 part_of_several 2020-05-01..2020-05-31"]),
    ]);
}

#[test]
fn a_subject_goes_on_where_its_parts_are_told_again() {
    check(&[
        (
            "大碶是制造业大街道。截至10月底，这里有861家收到补助，其中企业417家、个体户370户。个体户拿到416万元，占全街道的41.7%。",
            &[
                "861家 recipients ..2020-10-31 大碶街道",
                "417家 recipients ..2020-10-31 大碶街道 企业",
                "370户 recipients ..2020-10-31 大碶街道 个体工商户",
                "416万元 net_disbursed ..2020-10-31 大碶街道 个体工商户",
                "41.7% share_of_net ..2020-10-31 大碶街道 个体工商户",
            ],
        ),
        ("截至10月底，制造业获得补助300万元。", &["300万元 net_disbursed ..2020-10-31 C"]),
    ]);
}

#[test]
fn lines_of_a_list_set_kinds_against_each_other() {
    let kinds: &[&str] = &[
        "5662家 recipients ..2020-10-31 企业",
        "6958万元 net_disbursed ..2020-10-31 企业",
        "4457家 recipients ..2020-10-31 个体工商户",
    ];
    check(&[
        ("截至10月末补助发放情况：\n• 企业：5662家，6958万元\n• 个体工商户：4457家", kinds),
        ("截至10月末补助发放情况：\n企业：5662家，6958万元\n个体工商户：4457家", kinds),
        ("截至10月末补助发放情况：\n1. 企业5662家，6958万元；\n2. 个体工商户4457家。", kinds),
        (
            "截至10月末补助发放情况：\n企业：5662家，6958万元",
            &["5662家 recipients ..2020-10-31", "6958万元 net_disbursed ..2020-10-31"],
        ),
    ]);
}

#[test]
fn times_are_told_in_two_places() {
    check(&[
        ("10月9日节后上班到月底，发放补助1430笔。", &["1430笔 grants 2020-10-09..2020-10-31"]),
        ("5月1日至5日小长假，发放补助289笔。", &["289笔 grants 2020-05-01..2020-05-05"]),
        ("5月的小长假，发放补助289笔。", &["289笔 ambiguous 2020-05-01..2020-05-31"]),
        ("5月起至10月底，发放补助1.04亿元。", &["1.04亿元 net_disbursed 2020-05-01..2020-10-31"]),
        (
            "6月底惠及5400家，到10月底惠及10402家。",
            &["5400家 recipients ..2020-06-30", "10402家 recipients ..2020-10-31"],
        ),
        (
            "三季度是高峰。7月拨付1767万元，8月1839万元，9月1682万元；受益5028家。",
            &[
                "1767万元 net_disbursed 2020-07-01..2020-07-31",
                "1839万元 net_disbursed 2020-08-01..2020-08-31",
                "1682万元 net_disbursed 2020-09-01..2020-09-30",
                "5028家 recipients 2020-07-01..2020-09-30",
            ],
        ),
    ]);
}

#[test]
fn english_tells_a_time_as_a_subject_and_behind_what_it_dates() {
    check(&[
        (
            "October 2020 saw 1,931 relief grants worth 18.05 million yuan, up 7.3 percent from September.",
            &[
                "1,931 relief grants grants 2020-10-01..2020-10-31",
                "18.05 million yuan net_disbursed 2020-10-01..2020-10-31",
                "7.3 percent whole_unknown 2020-10-01..2020-10-31",
            ],
        ),
        (
            "The district set aside 1.27 billion yuan for relief in 2020 and had spent about 10 percent by Oct 31.",
            &["1.27 billion yuan budget 2020-01-01..2020-12-31", "10 percent completion ..2020-10-31"],
        ),
        (
            "The district paid 16.82 million yuan in September 2020 and 18.05 million yuan in October 2020.",
            &[
                "16.82 million yuan net_disbursed 2020-09-01..2020-09-30",
                "18.05 million yuan net_disbursed 2020-10-01..2020-10-31",
            ],
        ),
    ]);
}

#[test]
fn english_names_who_received_and_counts_policies_in_words() {
    check(&[
        (
            "As of June 30, 2020, rent subsidies had gone to 527 borrowers and job retention subsidies to 596 firms.",
            &["527 borrowers recipients ..2020-06-30 BL2020-01", "596 firms recipients ..2020-06-30 BL2020-02"],
        ),
        (
            "By October 31, 2020, CNY 127 million had been paid under five relief policies.",
            &["CNY 127 million net_disbursed ..2020-10-31", "five relief policies policies ..2020-10-31"],
        ),
        (
            "The district introduced eight relief measures in 2020.",
            &["eight relief measures policies_of_book 2020-01-01..2020-12-31"],
        ),
        ("The district launched eight measures to clean the air. Five firms took part.", &[]),
    ]);
}

#[test]
fn a_unit_is_told_once_for_a_list_and_for_a_table() {
    check(&[
        (
            "截至10月底补助发放情况（单位：万元）：企业6958.41；个体工商户5412.12。",
            &["6958.41 net_disbursed ..2020-10-31 企业", "5412.12 net_disbursed ..2020-10-31 个体工商户"],
        ),
        (
            "截至10月底发放补助1.27亿元。各政策情况如下（单位：万元）\n政策|发放金额\n房租补助|5148.88",
            &["1.27亿元 net_disbursed ..2020-10-31", "5148.88 net_disbursed ..2020-10-31 BL2020-01"],
        ),
        (
            "截至10月底发放补助，由用人单位申请。\n政策|发放金额\n房租补助|5148.88",
            &["5148.88 unit_unknown ..2020-10-31 BL2020-01"],
        ),
        ("补助（单位：户）：企业5662；个体工商户4457。", &[]),
    ]);
}

#[test]
fn when_one_could_ask_is_not_when_it_was_paid() {
    check(&[
        ("受理时间为3月1日到6月30日。截至10月底发放补助1.27亿元。", &["1.27亿元 net_disbursed ..2020-10-31"]),
        ("申报截止到9月30日，共发放补助300万元。", &["300万元 net_disbursed .."]),
        ("10月26日起，一周内发放补助300万元。", &["300万元 ambiguous 2020-10-26.."]),
        ("会议要求，年底前兑付补助1.4亿元。", &["1.4亿元 planned ..2020-12-31"]),
        ("10月补助还多发了25笔。", &["25笔 compared 2020-10-01..2020-10-31"]),
        ("截至10月底，受理并发放补助1.27亿元。", &["1.27亿元 net_disbursed ..2020-10-31"]),
    ]);
}

#[test]
fn behind_its_parts_a_whole_time_is_spoken_of_again() {
    check(&[
        (
            "上半年发放5609万元补助，其中一季度1044万元，二季度4564万元；惠及5400家。",
            &[
                "5609万元 net_disbursed 2020-01-01..2020-06-30",
                "1044万元 net_disbursed 2020-01-01..2020-03-31",
                "4564万元 net_disbursed 2020-04-01..2020-06-30",
                "5400家 recipients 2020-01-01..2020-06-30",
            ],
        ),
        (
            "9月发放1682万元补助，10月发放1804万元补助；惠及1860家。",
            &[
                "1682万元 net_disbursed 2020-09-01..2020-09-30",
                "1804万元 net_disbursed 2020-10-01..2020-10-31",
                "1860家 recipients 2020-10-01..2020-10-31",
            ],
        ),
    ]);
}
