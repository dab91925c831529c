//! What the name of a column or of a row says of the figures in it.

use super::super::bind::Page;
use super::super::context::{Measure, Reason};
use super::super::cues::{Cue, Cues};
use super::super::elsewhere::{self, Region};
use super::super::period::{self, Calendar, Span};
use super::super::scope::{Scope, named};
use super::super::text::is_han;
use super::lines::{Cell, Unit, unit_of};

/// What a name says.
#[derive(Debug, Clone, Default)]
pub(super) struct Axis {
    /// What is measured, or why nothing that the book knows.
    pub(super) measure: Option<Result<Measure, Reason>>,
    /// Whether the name itself says that it was paid: 发放金额, not 金额.
    pub(super) says_paid: bool,
    /// In what it is told.
    pub(super) unit: Option<Unit>,
    /// When.
    pub(super) span: Option<Span>,
    /// Whether all up to then is told: 累计.
    pub(super) is_running: bool,
    /// Whether only the last month is told: 本月.
    pub(super) is_current: bool,
    /// Of whom.
    pub(super) scope: Scope,
    /// Whether it is the sum of the others: 合计.
    pub(super) is_total: bool,
    /// Whether it is a part of something: 其中.
    pub(super) is_part: bool,
    /// Whose payments it is of.
    pub(super) region: Option<Region>,
    /// Whether words are left that say nothing that is known.
    pub(super) has_more: bool,
}

impl Axis {
    /// Whether it says anything of figures.
    pub(super) fn says(&self) -> bool {
        self.measure.is_some()
            || self.span.is_some()
            || self.is_current
            || self.is_total
            || !self.scope.is_whole()
            || self.region.is_some()
    }

    /// What a name above says where this one says nothing of it.
    pub(super) fn under(mut self, above: &Self) -> Self {
        self.says_paid |= above.says_paid;
        self.measure = match (self.measure, above.measure) {
            // 其中：占比 below 发放金额, 10月 above 金额; what the group is not, none of its columns is
            (_, Some(Err(reason))) => Some(Err(reason)),
            (own, theirs) => own.or(theirs),
        };
        self.unit = self.unit.or(above.unit);
        self.span = self.span.or(above.span);
        self.is_running |= above.is_running;
        self.is_current |= above.is_current;
        self.is_total |= above.is_total;
        self.region = self.region.or(above.region);
        self.has_more |= above.has_more;
        let mut scope = above.scope.clone();
        scope.replaced_by(&self.scope);
        Self { scope, ..self }
    }
}

/// Names of columns that only number or explain the rows.
const NO_FIGURES: [&str; 9] = ["序号", "编号", "文号", "电话", "日期", "时间", "备注", "排名", "位次"];

/// Words of a name that says what is measured; the first that stands in it counts.
const MEASURES: [(&[&str], Result<Measure, Reason>); 20] = [
    (&["同比", "环比", "增长", "增幅", "增减", "增速", "增加", "较上", "比上", "比去"], Err(Reason::Compared)),
    (&["计划", "预计", "拟", "目标"], Err(Reason::Planned)),
    (&["未", "待", "应发", "应付", "应兑", "尚", "欠"], Err(Reason::NotYetPaid)),
    (&["申请", "申报", "申领", "受理", "审核", "审批", "通过", "结余", "剩余", "余额"], Err(Reason::NotAboutPayments)),
    (&["标准", "上限", "最高", "最低", "限额"], Err(Reason::NotRecorded)),
    (&["中央", "省级", "市级", "上级", "省财政", "市财政", "自筹", "人数", "人次", "职工"], Err(Reason::NotRecorded)),
    (&["首批", "第一批", "第二批", "第三批", "第四批", "其他", "其它", "其余"], Err(Reason::PartOfSeveral)),
    (&["户数占", "家数占", "主体占", "企业占", "户数比", "家数比", "笔数占"], Ok(Measure::ShareOfRecipients)),
    (
        &[
            "占预算",
            "占指标",
            "拨付率",
            "发放率",
            "兑付率",
            "兑现率",
            "支付率",
            "执行率",
            "完成率",
            "支出率",
            "使用率",
            "进度",
            "拨付比例",
        ],
        Ok(Measure::Completion),
    ),
    (&["占比", "比重", "份额", "占"], Ok(Measure::ShareOfNet)),
    (&["笔均", "平均每笔", "每笔"], Ok(Measure::PerGrant)),
    (&["户均", "家均", "平均", "每户", "每家", "均值"], Ok(Measure::PerRecipient)),
    (&["退回", "追回", "退汇", "收回", "退还"], Ok(Measure::Returned)),
    (&["预算", "指标", "下达", "安排", "筹集"], Ok(Measure::Budget)),
    (&["发放总额", "支付总额", "毛额"], Ok(Measure::GrossDisbursed)),
    (&["金额", "资金", "补助额", "补贴额", "发放额", "兑付额", "拨付额", "支付额", "支出"], Ok(Measure::NetDisbursed)),
    (&["执行数", "执行额", "决算数"], Ok(Measure::NetDisbursed)),
    (&["笔数", "笔", "户次", "家次"], Ok(Measure::Grants)),
    (
        &["户数", "家数", "主体", "企业数", "商户数", "单位数", "对象数", "惠及", "受益", "受惠", "覆盖", "企业个数"],
        Ok(Measure::Recipients),
    ),
    (&["发放", "拨付", "兑付", "兑现", "支付", "到账", "补助", "补贴", "奖补", "拨款"], Ok(Measure::NetDisbursed)),
];

/// What the words of a name measure; the unit decides between money and those who got it.
fn measure(words: &[char], unit: Option<Unit>) -> Option<Result<Measure, Reason>> {
    let text: String = words.iter().filter(|c| **c != ' ').collect();
    let cues = Cues::of(words);
    let has = |wanted: Cue| cues.within(0, words.len()).any(|(cue, ..)| cue == wanted);
    let is_paid = has(Cue::Paid) || has(Cue::Gross);
    if !is_paid && (has(Cue::Foreign) || has(Cue::Purpose) || has(Cue::Act)) {
        return Some(Err(Reason::NotAboutPayments));
    }
    let said = MEASURES.iter().find(|(known, _)| known.iter().any(|word| text.contains(word))).map(|(_, m)| *m);
    let is_sum = matches!(said, Some(Ok(Measure::NetDisbursed | Measure::Recipients | Measure::Grants)) | None);
    match (said, unit) {
        // 惠及（家）, 发放（笔）, 受益（万元）
        (_, Some(Unit::Entities)) if is_sum => Some(Ok(Measure::Recipients)),
        (_, Some(Unit::Acts)) if is_sum => Some(Ok(Measure::Grants)),
        (Some(_), Some(Unit::Money(_))) if is_sum => Some(Ok(Measure::NetDisbursed)),
        (_, Some(Unit::Other)) if is_sum => Some(Err(Reason::NotRecorded)),
        // 退回笔数, 预算单位数: not what the book sums
        (Some(Ok(Measure::Returned | Measure::Budget)), Some(Unit::Entities | Unit::Acts)) => {
            Some(Err(Reason::NotRecorded))
        }
        // 预算数 and 指标数 are sums of money
        (Some(Ok(Measure::Budget)), _) if ["预算数", "指标数", "安排数"].iter().any(|w| text.contains(w)) => {
            said
        }
        (Some(Ok(Measure::Returned | Measure::Budget)), _) if ["数", "率", "比"].iter().any(|w| text.ends_with(w)) => {
            Some(Err(Reason::NotRecorded))
        }
        (said, _) => said,
    }
}

/// Words that may stand in a name and say nothing further.
const PLAIN: [&str; 63] = [
    "其中", "合计", "总计", "共计", "小计", "总额", "总数", "总", "累计", "已", "实际", "实", "完成", "本年", "本月",
    "当月", "当年", "全年", "截至", "单位", "名称", "情况", "明细", "统计", "数量", "数", "额", "率", "款", "占比",
    "占", "比", "比重", "份额", "比例", "进度", "万元", "亿元", "元", "家", "户", "笔", "个", "类", "型", "种", "别",
    "行业", "业", "街道", "地区", "部门", "受益", "惠及", "享受", "涉及", "到位", "及", "和", "与", "的", "区", "年",
];

/// Whether words are left in a name beside those that are understood.
fn has_more(page: &Page<'_>, cell: Cell, taken: &[(usize, usize)]) -> bool {
    let is_free = |at: &usize| !taken.iter().any(|(start, end)| (*start..*end).contains(at));
    let rest: Vec<char> = (cell.start..cell.end)
        .map(|at| if is_free(&at) { page.chars.get(at).copied().unwrap_or(' ') } else { ' ' })
        .collect();
    let mut rest: String = rest.into_iter().collect();
    let mut known: Vec<&str> = MEASURES.iter().flat_map(|(words, _)| words.iter().copied()).collect();
    known.extend(named("plain").chain(named("noun")).chain(named("tail")).chain(PLAIN));
    known.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    for word in known {
        rest = rest.replace(word, " ");
    }
    rest.chars().any(|c| is_han(c) || c.is_ascii_alphabetic())
}

/// What a cell of names says. `loose` tells whether 企业 is a kind here, because another kind is set against it.
pub(super) fn axis(page: &Page<'_>, cell: Cell, calendar: Calendar, (year, loose): (Option<i32>, bool)) -> Axis {
    let words = page.chars.get(cell.start..cell.end).unwrap_or_default();
    let text: String = words.iter().filter(|c| **c != ' ').collect();
    if NO_FIGURES.iter().any(|word| text.contains(word)) {
        return Axis::default();
    }
    let mut taken = Vec::new();
    let mut axis = Axis { unit: unit_of(words), ..Axis::default() };
    for mention in page.named(cell.start, cell.end).filter(|mention| loose || !mention.is_loose) {
        axis.scope.joined_by(mention.scope.clone());
        taken.push((mention.start, mention.end));
    }
    let is_name = |at: usize| taken.iter().any(|(start, end)| (*start..*end).contains(&at));
    axis.is_current = text.contains("本月") || text.contains("当月");
    let time = (cell.start..if axis.is_current { cell.start } else { cell.end })
        .filter(|at| !is_name(*at))
        .find_map(|at| Some((at, period::read(&page.chars, at, calendar, year).filter(|found| found.1 <= cell.end)?)));
    if let Some((start, (span, end, _))) = time {
        axis.span = Some(span);
        taken.push((start, end));
    }
    axis.region = elsewhere::region(&page.chars, (cell.start, cell.start), page.names);
    if axis.region.is_some() {
        taken.push((cell.start, cell.end));
    }
    axis.measure = measure(words, axis.unit);
    if text.starts_with("小计") {
        axis.measure = Some(Err(Reason::PartOfSeveral));
    }
    axis.says_paid = Cues::of(words).within(0, words.len()).any(|(cue, ..)| cue == Cue::Paid);
    axis.is_running = text.contains("累计");
    axis.is_part = text.starts_with("其中");
    axis.is_total = ["合计", "总计", "共计", "总数", "全部", "总体"].iter().any(|word| text.starts_with(word))
        || text.ends_with("合计")
        || text.ends_with("总计")
        || text == "累计";
    axis.has_more = has_more(page, cell, &taken);
    axis
}
