//! What a figure takes from those before it: a comparison, the same said again, who got what was no payment, what is left.

use super::context::{Measure, Reason};
use super::cues::Cue;
use super::figure::{Counted, Figure, Kind};
use super::lists::number_behind;
use super::said::Said;
use super::scope::Scope;
use super::text::starts;

/// Farthest that a figure goes on with the one before it, in characters.
const NEAR: usize = 30;

/// How far around a quotation its speaker is looked for, in characters.
const SPEAKER: usize = 40;

impl Said<'_, '_> {
    /// The words between the figure before in the sentence and this one.
    fn between(&self, figure: &Figure) -> Option<String> {
        let last = self.topic.claims.last()?;
        let words = self.page.chars.get(last.end..figure.start).filter(|words| words.len() <= NEAR)?;
        Some(words.iter().collect())
    }

    /// 户均12864元，比霞浦的14073元略低; 高于全区的1.22万元; 执行刚好一成，即10%: the measure of the figure before.
    pub(super) fn as_before(&self, figure: &Figure) -> Option<Measure> {
        let last = self.topic.claims.last().filter(|last| last.kind == figure.kind)?;
        let words = self.between(figure)?;
        let words = words.trim_end_matches(['近', '约', '超', '逾', ' ']);
        let is_again = ["即", "也就是", "也即", "约合", "折合"]
            .iter()
            .any(|word| words.trim_start_matches(['，', ',', '(']) == *word);
        let is_compared = words.ends_with('的')
            && ["比", "较", "高于", "低于", "多于", "少于", "不及", "超过"].iter().any(|word| words.contains(word));
        // 高于政策设计的8000元: no figure of the same kind
        let is_other = self.page.cues.within(last.end, figure.start).any(|(cue, ..)| {
            !matches!(cue, Cue::Compared | Cue::Paid | Cue::Money | Cue::PerRecipient | Cue::PerGrant)
        });
        (is_again || is_compared && !is_other).then_some(last.measure.ok()).flatten()
    }

    /// 企业5662家，过半: a part told directly behind a number or a sum is one of these.
    pub(super) fn share_behind(&self, figure: &Figure) -> Option<Measure> {
        let last = self.topic.claims.last()?;
        let words = self.between(figure)?;
        let is_close =
            ["，", ",", "，占", "(", "，约", ""].contains(&words.trim_end_matches(['近', '约', '超', '逾', '过', ' ']));
        match last.measure {
            Ok(Measure::Recipients) if is_close => Some(Measure::ShareOfRecipients),
            Ok(Measure::NetDisbursed) if is_close => Some(Measure::ShareOfNet),
            _ => None,
        }
    }

    /// 减免租金5148万元，惠及1320户: those who got what was no payment of the book.
    pub(super) fn of_other_money(&self, figure: &Figure, until: usize) -> Option<Reason> {
        if self.is_spent_of_other(figure, until) {
            return Some(Reason::NotAboutPayments);
        }
        if figure.kind != Kind::Count || !matches!(figure.counted, Some(Counted::Entities | Counted::Acts)) {
            return None;
        }
        let money = self.topic.claims.iter().rev().find(|claim| claim.kind == Kind::Amount)?;
        let reason = match money.measure {
            Err(reason @ (Reason::NotAboutPayments | Reason::OtherPurpose | Reason::Elsewhere)) => reason,
            Err(Reason::NotRecorded) if !money.scope.instruments.is_empty() => Reason::NotRecorded,
            // 超过5万元的企业120家; 第三批资金1200万元，惠及860家
            Err(Reason::NotRecorded) if self.page.chars.get(money.end..figure.start)?.contains(&'的') => {
                Reason::NotRecorded
            }
            Err(Reason::PartOfSeveral) => Reason::PartOfSeveral,
            _ => return None,
        };
        let own = self.page.cues.within(money.end, until).any(|(cue, ..)| cue == Cue::Money);
        let words: String = self.page.chars.get(money.end..until).unwrap_or_default().iter().collect();
        let is_paid = ["发放", "拨付", "兑付", "兑现", "支付", "发给", "拨给"].iter().any(|verb| words.contains(verb));
        let is_named = self.page.named(money.end, until).any(|mention| !mention.scope.policies.is_empty());
        (!own && !is_paid && !is_named).then_some(reason)
    }

    /// 共有1.2万家市场主体，其中2365家享受补助，占19.7%: a share of those that the book does not know.
    pub(super) fn is_of_others(&self, figure: &Figure) -> bool {
        let mut counts = self.topic.claims.iter().filter(|claim| claim.kind == Kind::Count);
        let is_share = figure.kind == Kind::Percent
            && self.page.cues.within(self.clause, figure.start).any(|(cue, ..)| cue == Cue::Share);
        let is_inside = self.page.cues.joining(Cue::Inside, self.sentence.start, figure.start).is_some();
        is_share && is_inside && counts.any(|claim| claim.measure == Err(Reason::NotAboutPayments))
    }

    /// 各类涉企资金21.5亿元，其中纾困资金1.27亿元: the part is the book's own money, and the whole is more than it has.
    pub(super) fn is_own_part(&mut self, words: &str) -> bool {
        let is_own = words.contains("纾困");
        let Some(last) = self.topic.claims.last_mut().filter(|_| is_own) else { return false };
        if last.measure == Ok(Measure::NetDisbursed) && last.scope.is_whole() {
            last.measure = Err(Reason::NotRecorded);
        }
        true
    }

    /// 上述三项政策合计: those that were told, if there are so many, else of a whole that nobody can tell; nothing where the
    /// words name none or all of the book.
    pub(super) fn several_policies(&self, from: usize, to: usize) -> Option<Scope> {
        let chars = &self.page.chars;
        let (number, end) = (from..to).find_map(|at| {
            let number =
                super::written::read(chars, at).filter(|number| number.exponent == 0 && number.mantissa < 100)?;
            let unit = ["项", "大", "个", "条"].iter().find_map(|word| starts(chars, number.end, word))?;
            let is_policies = (unit..(unit + 5).min(to)).any(|at| starts(chars, at, "政策").is_some());
            is_policies.then_some((usize::try_from(number.mantissa).ok()?, unit))
        })?;
        if number == self.page.names.policies.len()
            || self.page.named(from, end + 6).any(|m| !m.scope.policies.is_empty())
        {
            return None;
        }
        let mut told = Scope::default();
        for scope in self.topic.told.iter().chain(&self.told) {
            told.policies.extend(scope.policies.iter().cloned());
        }
        Some(if told.policies.len() == number { told } else { Scope::default() })
    }

    /// 五项政策各2.54亿元, 均超百万: each of several, not all of them together. 户均 is an average.
    pub(super) fn is_of_each(&self, figure: &Figure) -> bool {
        let words = self.words_before(figure);
        let words = words.trim_end_matches(|c| "近约超逾不足到过达为有 ".contains(c));
        let average = ["户均", "笔均", "家均", "人均", "月均", "日均", "年均", "平均", "季均", "周均"];
        words.ends_with(['各', '均', '都']) && !average.iter().any(|word| words.ends_with(word))
    }

    /// 某建材公司3月拿到2.1万元: one recipient that is not named.
    pub(super) fn is_of_some_one(&self, figure: &Figure) -> bool {
        let sentence: String =
            self.page.chars.get(self.sentence.start..figure.start).unwrap_or_default().iter().collect();
        let kinds =
            ["公司", "企业", "店", "厂", "商行", "酒店", "超市", "合作社", "餐厅", "饭店", "工厂", "商户", "车间"];
        sentence.rsplit_once('某').is_some_and(|(_, rest)| {
            let rest: String = rest.chars().take(8).collect();
            kinds.iter().any(|kind| rest.contains(kind))
        })
    }

    /// 从3月到5月，笔数由868笔增加到1676笔: each at an end of a time that is told as a whole.
    pub(super) fn is_end_of_growth(&self, figure: &Figure, until: usize) -> bool {
        let chars = &self.page.chars;
        let grows = ["增", "升", "扩", "提", "降", "减", "涨", "跌", "回落"];
        let behind: String = chars.get(figure.end..until).unwrap_or_default().iter().take(8).collect();
        let words = self.words_before(figure);
        let is_first = words.trim_end_matches(['的', ' ']).ends_with(['由', '从']);
        let is_range = self.topic.span.from.is_some() && self.topic.span.from != self.topic.span.to;
        let follows = self.between(figure).is_some_and(|words| {
            let leads = ["到", "至", "为"].iter().any(|to| words.ends_with(to));
            leads && grows.iter().any(|verb| words.contains(verb))
        });
        let after_first = self.topic.claims.last().is_some_and(|last| {
            let before: String =
                chars.get(last.start.saturating_sub(1)..last.start).unwrap_or_default().iter().collect();
            before == "由" || before == "从"
        });
        is_range && (is_first && grows.iter().any(|verb| behind.contains(verb)) || follows && after_first)
    }

    /// 专项债券23亿元，已支出19亿元，支出进度82.6%: a verb alone goes on with what was told.
    fn is_spent_of_other(&self, figure: &Figure, until: usize) -> bool {
        let Some(last) = self.topic.claims.last() else { return false };
        // 下达我区中央直达资金3.6亿元，已支出3.1亿元
        let is_of_level = last.measure == Err(Reason::NotRecorded)
            && self.page.cues.joining(Cue::Level, self.sentence.start, last.start).is_some();
        let is_other = (last.measure == Err(Reason::NotAboutPayments) || is_of_level) && last.kind == Kind::Amount;
        let words = self.between(figure).unwrap_or_default();
        let goes_on = [
            "已支出",
            "已拨付",
            "已使用",
            "已支付",
            "已兑付",
            "支出进度",
            "支付进度",
            "拨付进度",
            "兑付进度",
            "使用进度",
            "执行进度",
            "执行率",
            "支出率",
            "拨付率",
            "使用率",
        ];
        let is_named = self.page.named(last.end, until).any(|mention| !mention.is_loose);
        let says_money = self.page.cues.within(last.end, until).any(|(cue, ..)| cue == Cue::Money);
        is_other
            && figure.kind != Kind::Count
            && !is_named
            && !says_money
            && goes_on.iter().any(|verb| words.contains(verb))
    }

    /// “补助1.3万元，够付两个月房租。”一家五金店店主算账: what one of the recipients tells of itself.
    pub(super) fn is_told_by_one(&self, figure: &Figure) -> bool {
        let chars = &self.page.chars;
        let opens =
            (figure.start.saturating_sub(200)..figure.start).rev().find(|at| matches!(chars.get(*at), Some('“' | '”')));
        let Some(open) = opens.filter(|at| chars.get(*at) == Some(&'“')) else { return false };
        let Some(close) = (figure.end..figure.end + 200).find(|at| chars.get(*at) == Some(&'”')) else {
            return false;
        };
        let quoted = chars.get(open..close).unwrap_or_default();
        if !quoted.iter().any(|c| "，。！？".contains(*c)) {
            return false;
        }
        let quoted: String = quoted.iter().collect();
        let own = ["我店", "我们店", "咱", "我家", "我们公司", "我们厂", "我们企业", "我厂", "我公司", "店里", "房东"];
        let teller = self.page.cues.joining(Cue::Teller, open.saturating_sub(SPEAKER), open).is_some()
            || self.page.cues.joining(Cue::Teller, close, close + SPEAKER).is_some();
        teller || own.iter().any(|word| quoted.contains(word))
    }

    /// 其余三项均不足5%, 剩余九个街道占57.6%: of those that were not told, if their number is told; whether that cannot be told.
    pub(super) fn left_over(&mut self, figure: &Figure) -> Option<bool> {
        let chars = &self.page.chars;
        let from = self.after.max(self.clause);
        let word = |at: usize| {
            ["其余", "剩余", "余下", "剩下", "其他", "其它"].iter().find_map(|word| starts(chars, at, word))
        };
        let end = (from..figure.start).find_map(word)?;
        let Some(number) = number_behind(chars, end).and_then(|number| usize::try_from(number).ok()) else {
            return Some(true);
        };
        let mut told = Scope::default();
        for scope in &self.told {
            told.joined_by(scope.clone());
        }
        let names = self.page.names;
        let subdistricts: Vec<&String> =
            names.subdistricts.iter().filter(|name| !told.subdistricts.contains(*name)).collect();
        let policies: Vec<&String> =
            names.policies.iter().map(|policy| &policy.code).filter(|code| !told.policies.contains(*code)).collect();
        let mut rest = Scope::default();
        if !told.subdistricts.is_empty() && subdistricts.len() == number {
            rest.subdistricts = subdistricts.into_iter().cloned().collect();
        } else if !told.policies.is_empty() && policies.len() == number {
            rest.policies = policies.into_iter().cloned().collect();
        } else {
            return Some(true);
        }
        self.scope.replaced_by(&rest);
        // 其余三项均不足5%: each of them, not all together
        let words: String = chars.get(end..figure.start).unwrap_or_default().iter().collect();
        Some(words.contains(['均', '各', '都']))
    }
}
