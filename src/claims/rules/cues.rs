//! Words that tell what a figure measures, found once in a text.

use super::figure::starts;

/// What a cue says of the figures behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cue {
    Paid,
    /// What is paid, which says no more than the verb before it does.
    Money,
    Gross,
    Returned,
    Budget,
    PerRecipient,
    PerGrant,
    Share,
    Completion,
    Planned,
    /// It was not paid, or not yet.
    NotYet,
    /// What one may get at most, or by the day, the head, the square metre.
    Limit,
    /// One of several parts.
    Part,
    /// Another purpose than that of the book.
    Purpose,
    Compared,
    /// Something is done with it that is no payment.
    Act,
    /// Something else than payments.
    Foreign,
}

/// Words with what they say; where several end at the same place the longer one counts.
const CUES: &[(Cue, &[&str])] = &[
    (
        Cue::Paid,
        &[
            "发放",
            "拨付",
            "兑付",
            "兑现",
            "支付",
            "发出",
            "下拨",
            "到账",
            "惠及",
            "受益",
            "享受",
            "领取",
            "送达",
            "直达",
            "受惠",
            "减负",
            "paid",
            "disbursed",
            "distributed",
            "granted",
            "relief",
            "went to",
            "received",
            "handed out",
            "benefiting",
            "benefited",
            "reached",
            "supporting",
            "supported",
        ],
    ),
    (Cue::Money, &["补助", "补贴", "奖补", "纾困资金", "帮扶资金", "扶持资金", "惠企资金"]),
    (
        Cue::NotYet,
        &[
            "未发放",
            "未兑付",
            "未兑现",
            "未支付",
            "未拨付",
            "未到账",
            "未享受",
            "未领取",
            "未获得",
            "尚未",
            "没有发放",
            "没有享受",
            "应发放",
            "应兑付",
            "应兑现",
            "应支付",
            "应拨付",
            "待发放",
            "待兑付",
            "待支付",
            "待拨付",
            "将发放",
            "将兑付",
            "将兑现",
            "将支付",
            "将拨付",
            "即将",
            "not been paid",
            "not yet",
            "not paid",
            "unpaid",
            "to be paid",
            "not received",
            "still owed",
        ],
    ),
    (
        Cue::Limit,
        &[
            "最高",
            "上限",
            "封顶",
            "每平方米",
            "每平米",
            "每人",
            "日均",
            "人均",
            "月均",
            "每月",
            "单户不超过",
            "每户不超过",
            "每笔不超过",
        ],
    ),
    (Cue::Part, &["首批", "第一批", "第二批", "第三批", "第四批", "第五批", "first batch", "first tranche"]),
    (
        Cue::Purpose,
        &[
            "工资",
            "养老金",
            "养老",
            "退休金",
            "失业金",
            "失业保险金",
            "低保",
            "救灾",
            "抚恤",
            "优抚",
            "助学",
            "医疗救助",
            "生活补助",
            "工程款",
            "农民工",
            "口罩",
            "物资",
            "wages",
            "salaries",
            "pensions",
        ],
    ),
    (
        Cue::Act,
        &[
            "申请",
            "申报",
            "审核",
            "骗取",
            "套取",
            "撬动",
            "带动",
            "拉动",
            "引导",
            "损失",
            "涉及",
            "涉嫌",
            "违规",
            "结余",
            "剩余",
            "applied for",
            "applications for",
            "leveraged",
            "lost",
        ],
    ),
    (Cue::Gross, &["发放总额", "支付总额", "毛额", "gross"]),
    (Cue::Returned, &["退回", "退汇", "追回", "收回", "退还", "追缴", "returned", "recovered", "sent back"]),
    (
        Cue::Budget,
        &[
            "下达",
            "安排",
            "预算",
            "筹集",
            "筹措",
            "争取",
            "统筹",
            "指标",
            "配套",
            "budget",
            "appropriated",
            "allocated",
            "earmarked",
        ],
    ),
    (
        Cue::PerRecipient,
        &[
            "户均",
            "平均每家",
            "平均每户",
            "家均",
            "每家平均",
            "每户平均",
            "平均",
            "average",
            "per business",
            "per recipient",
            "each",
        ],
    ),
    (Cue::PerGrant, &["笔均", "平均每笔", "每笔平均", "per grant"]),
    (Cue::Share, &["占比", "占", "比重", "share", "accounting for", "accounted for"]),
    (
        Cue::Completion,
        &[
            "拨付率",
            "发放率",
            "兑付率",
            "支付率",
            "执行率",
            "完成率",
            "到位率",
            "支付进度",
            "执行进度",
            "拨付进度",
            "发放进度",
            "完成预算",
            "completion rate",
            "disbursement rate",
        ],
    ),
    (
        Cue::Planned,
        &[
            "明年",
            "将安排",
            "将投入",
            "下一步",
            "计划",
            "拟",
            "预计",
            "力争",
            "目标",
            "将达",
            "plans to",
            "expected to",
            "will",
            "target",
        ],
    ),
    (
        Cue::Compared,
        &["同比", "环比", "比上年", "比去年", "增长", "增幅", "下降", "提高", "year on year", "increase of"],
    ),
    (
        Cue::Foreign,
        &[
            "生产总值",
            "gdp",
            "产值",
            "销售额",
            "销售",
            "营业收入",
            "营收",
            "利润",
            "投资",
            "融资",
            "授信",
            "担保",
            "财政收入",
            "税收收入",
            "进出口",
            "出口额",
            "出口",
            "零售总额",
            "增加值",
            "消费券",
            "新增",
            "新设",
            "注册",
            "登记",
            "走访",
            "培训",
            "诉求",
            "受理",
            "办结",
            "服务企业",
            "联系企业",
            "岗位",
            "就业",
            "职工",
            "员工",
            "人口",
            "存款",
            "用电",
            "招商",
            "签约",
            "收入",
            "报名",
            "参会",
            "investment",
            "revenue",
            "exports",
            "output",
            "visited",
            "complaints",
            "requests",
        ],
    ),
];

/// The words of a text that tell what its figures measure: each cue with where it begins and ends, in the order in which
/// they begin. They are looked for once, for many figures stand near the same words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cues(Vec<(Cue, usize, usize)>);

impl Cues {
    /// Finds them.
    pub fn of(chars: &[char]) -> Self {
        let mut found = Vec::new();
        for at in 0..chars.len() {
            for (cue, words) in CUES {
                for word in *words {
                    let whole_before =
                        !word.is_ascii() || at == 0 || !chars.get(at - 1).is_some_and(char::is_ascii_alphanumeric);
                    if whole_before && let Some(end) = starts(chars, at, word) {
                        found.push((*cue, at, end));
                    }
                }
            }
        }
        Self(found)
    }

    /// Those that stand whole in a stretch of the text.
    pub(super) fn within(&self, from: usize, to: usize) -> impl DoubleEndedIterator<Item = (Cue, usize, usize)> {
        let first = self.0.partition_point(|(_, start, _)| *start < from);
        let behind = self.0.partition_point(|(_, start, _)| *start < to);
        self.0.get(first..behind).unwrap_or_default().iter().copied().filter(move |(.., end)| *end <= to)
    }

    /// The first one in a stretch of the text; a noun only if nothing says more.
    pub(super) fn first(&self, from: usize, to: usize) -> Option<Cue> {
        let mut all = self.within(from, to).map(|(cue, ..)| cue);
        let first = all.next()?;
        if first == Cue::Money { all.find(|cue| *cue != Cue::Money).or(Some(first)) } else { Some(first) }
    }

    /// The last one to end in a stretch of the text, but behind the last verb no noun.
    pub(super) fn last(&self, from: usize, to: usize) -> Option<Cue> {
        let last = |wanted: fn(Cue) -> bool| {
            self.within(from, to)
                .filter(move |(cue, ..)| wanted(*cue))
                .max_by_key(|(_, start, end)| (*end, end - start))
                .map(|(cue, ..)| cue)
        };
        let found = last(|_| true)?;
        if found != Cue::Money {
            return Some(found);
        }
        last(|cue| matches!(cue, Cue::Act | Cue::Paid | Cue::Gross | Cue::Budget | Cue::Returned | Cue::NotYet))
            .or(Some(found))
    }
}
