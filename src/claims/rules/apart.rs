//! What takes a figure out of what was paid although words of paying stand by it: questions, conditions, differences and
//! what a document provides for.

use super::context::Place;
use super::cues::{Cue, Cues};
use super::figure::{Figure, Kind};
use super::text::{ends, starts, words};

/// 是否真的发了2亿元？: nobody says so.
pub(super) fn is_asked(chars: &[char], place: Place) -> bool {
    let is_question = matches!(chars.get(place.sentence_end), Some('？' | '?'));
    let sentence: String = chars.get(place.sentence..place.sentence_end).unwrap_or_default().iter().collect();
    is_question
        && ["是否", "是不是", "有没有", "能否", "真的", "会不会", "难道"].iter().any(|word| sentence.contains(word))
}

/// 补助金额超过5万元的企业120家: what sets those apart that are told of, no sum.
pub(super) fn is_condition(chars: &[char], figure: &Figure) -> bool {
    let behind = words(chars, figure.end, figure.end + 12);
    let behind = ["以上", "以下", "以内", "(含)", "及"].iter().fold(behind, |rest, word| rest.replacen(word, "", 1));
    let Some(noun) = behind.strip_prefix('的') else { return false };
    let nouns = ["企业", "市场主体", "经营主体", "主体", "商户", "单位", "户", "个体", "有", "共", "占", "达"];
    let of_money = ["企业纾", "企业补", "企业扶", "企业帮", "户均"];
    figure.kind == Kind::Amount
        && nouns.iter().any(|word| noun.starts_with(word))
        && !of_money.iter().any(|word| noun.starts_with(word))
}

/// 比小港多317户, 较全市平均高出1200元: how far two figures are apart.
pub(super) fn is_difference(chars: &[char], figure: &Figure, place: Place) -> bool {
    let words: String = chars.get(place.clause..figure.start).unwrap_or_default().iter().collect();
    let words = words.trim_end_matches(['了', '近', '约', '超', '逾', ' ']);
    let apart = [
        "多", "少", "高", "低", "高出", "多出", "提高", "提升", "上升", "下降", "减少", "增加", "增长", "增", "降",
        "回落", "快", "慢",
    ];
    let is_compared = words.replace("比例", "").replace("比重", "").replace("占比", "").contains(['比', '较']);
    // 三季度5028家，又多了537家
    let is_further = ["又多", "又少", "再多", "还多", "多出", "少掉"].iter().any(|word| words.ends_with(word))
        || ["多了", "少了"].iter().any(|word| ends(chars, figure.start, word).is_some());
    is_compared && apart.iter().any(|word| words.ends_with(word)) || is_further || is_paid_more(words)
}

/// 与8月相比，9月少兑付156万元: more or less than another time, by an adverb before the verb.
fn is_paid_more(words: &str) -> bool {
    let verbs = ["兑付", "发放", "拨付", "支付", "兑现", "支出", "发出", "付出", "惠及", "发了", "拨了", "付了"];
    // 至少发放, 最多支付, 更多 and 不少 are no difference
    let is_more = |before: &str| {
        before
            .strip_suffix(['多', '少'])
            .is_some_and(|rest| !rest.ends_with(|c| "至最不很许更大众诸差减增几".contains(c)))
    };
    let by_verb = |verb: &str| words.match_indices(verb).any(|(at, _)| is_more(words.get(..at).unwrap_or_default()));
    // 还多发了2笔
    let is_last = ["发", "付", "拨", "兑", "领"].iter().any(|verb| words.strip_suffix(verb).is_some_and(is_more));
    verbs.iter().any(|verb| by_verb(verb)) || is_last
}

/// 《若干意见》提出，全年安排资金不少于3亿元: what a document provides for, where nothing says that it was done.
pub(super) fn is_provided(chars: &[char], cues: &Cues, figure: &Figure, place: Place) -> bool {
    let verbs = ["提出", "明确", "规定", "要求"];
    let documents = ["会议", "意见", "方案", "办法", "细则", "通知", "规划", "措施", "文件", "纲要"];
    let provides = |at: &usize| {
        let named = |end: usize| {
            chars.get(end.wrapping_sub(1)) == Some(&'》')
                && documents.iter().any(|word| ends(chars, end - 1, word).is_some())
                || documents.iter().any(|word| ends(chars, end, word).is_some())
        };
        named(*at) && verbs.iter().any(|verb| starts(chars, *at, verb).is_some())
    };
    let last = (place.sentence..figure.start).rev().find(provides);
    last.is_some_and(|at| cues.joining(Cue::Done, at, figure.start).is_none())
}
