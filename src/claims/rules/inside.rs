//! 房租补助资金里超过六成给了企业: the whole of which a share is told, named before it; and what a sentence or a line takes over
//! as the subject of those before.

use super::bind::Page;
use super::figure::{Figure, Kind};
use super::said::{Said, Topic};
use super::sentences::{Opening, Sentence};
use super::text::words;

impl Said<'_, '_> {
    /// What the clause names up to a place is the whole of the parts that follow.
    pub(super) fn opens_whole(&mut self, at: usize) {
        for mention in self.page.named(self.clause, at).filter(|mention| !mention.is_loose) {
            self.scope.replaced_by(&mention.scope);
        }
        (self.whole, self.has_parts, self.last_end) = (self.scope.clone(), true, at);
        self.is_inside = true;
    }

    /// 稳岗返还资金里超过六成: no mark stands between the whole and its part.
    pub(super) fn opens_whole_before(&mut self, figure: &Figure) {
        let words = self.words_before(figure);
        let words = words.trim_end_matches(|c| "超过近约逾不到足将仅只有大概达 ".contains(c));
        let opens = ["里", "当中", "之中", "里面", "资金中", "补助中", "补贴中", "返还中", "款中", "贴息中"]
            .iter()
            .any(|word| words.ends_with(word))
            && !words.ends_with("其中");
        let is_named = self.page.named(self.clause, figure.start).any(|mention| !mention.is_loose);
        if figure.kind == Kind::Percent && self.told.is_empty() && opens && is_named {
            self.opens_whole(figure.start);
        }
    }

    /// 房租补助占四成，剩下三项合计三成多: whether the words before a figure tell of those that were not told.
    pub(super) fn tells_rest(&self, from: usize, to: usize) -> bool {
        let words = words(&self.page.chars, from, to);
        ["其余", "剩余", "余下", "剩下", "其他", "其它"].iter().any(|word| words.contains(word))
    }
}

/// Whether a sentence speaks of a part that the last ones told of their subject, or of a whole that only they named.
pub(super) fn is_told_again(page: &Page<'_>, topic: &Topic, sentence: &Sentence) -> bool {
    let mut part = topic.subject.clone();
    part.replaced_by(&sentence.lead);
    let words = words(&page.chars, sentence.start, sentence.end);
    let of_place = ["全街道", "该街道", "本街道", "占街道"].iter().any(|word| words.contains(word));
    let is_beside = sentence.lead.is_beside(&topic.subject);
    sentence.lead.is_of_recipients()
        && !topic.subject.is_whole()
        && (topic.told.contains(&part) || of_place && !topic.subject.subdistricts.is_empty() && !is_beside)
}

/// Whether English words before a time say that another is compared with it.
pub(super) fn is_compared_in_english(chars: &[char], at: usize) -> bool {
    let before = words(chars, at.saturating_sub(24), at);
    let is_from = super::text::starts(chars, at, "from").is_some();
    let grows = ["up ", "down ", "rose", "fell", "grew", "rise", "increase", "decrease", "drop"];
    let ends = ["than", "compared with", "against", "versus"];
    is_from && grows.iter().any(|word| before.contains(word))
        || ends.iter().any(|word| before.trim_end().ends_with(word))
}

/// 受理时间为3月1日到6月30日, 申报截止到9月30日: when one could ask, not when it was paid.
pub(super) fn is_of_application(chars: &[char], clause: usize, at: usize) -> bool {
    let before = words(chars, clause.max(at.saturating_sub(12)), at);
    let asks = ["受理", "申报", "申请", "报名"].iter().any(|word| before.contains(word));
    let closes = super::text::starts(chars, at, "截止").is_some()
        && ["受理", "申报", "申请", "报名"].iter().any(|word| before.ends_with(word));
    let is_led = ["时间", "期限", "受理期", "申报期", "申请期", "日期"].iter().any(|word| before.contains(word));
    asks && is_led || closes
}

/// Longest name with which a line begins and its colon, in characters.
const LABEL_CHARS: usize = 12;

/// 企业：5662家，6958.41万元: a line that begins with a name and a colon.
pub(super) fn is_labelled(page: &Page<'_>, sentence: &Sentence) -> bool {
    let line = words(&page.chars, sentence.start, sentence.end.min(sentence.start + LABEL_CHARS));
    let before = line.split(':').next().unwrap_or_default().chars().count();
    let names = page.named(sentence.start, sentence.start + before).next().is_some();
    sentence.opening == Opening::Line && line.contains(':') && names
}
