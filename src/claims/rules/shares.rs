//! Of what a percentage is a part: of money or of recipients, and whether of a whole that the book has.

use super::context::{Measure, Place};
use super::cues::{Cue, Cues};
use super::figure::Figure;
use super::text::{blanks, starts};

/// 近五成资金投向制造业, 九成受益企业是小微企业: what stands behind says of what it is a part.
pub(super) fn speaks_of_parts(chars: &[char], cues: &Cues, figure: &Figure, place: Place) -> bool {
    let behind = blanks(chars, figure.end);
    let of = starts(chars, behind, "的").unwrap_or(behind);
    let is_english = chars.get(blanks(chars, of)).is_some_and(char::is_ascii);
    let near = place.until.min(of + if is_english { 24 } else { 12 });
    [Cue::OfMoney, Cue::OfCount].into_iter().any(|whole| cues.joining(whole, of, near).is_some())
        // 获得资金超七成
        || cues.joining(Cue::OfMoney, figure.start.saturating_sub(8).max(place.after), figure.start).is_some()
        || cues.first(of, near) == Some(Cue::Money)
        || is_what(chars, figure, place)
}

/// 受益主体近七成是微型企业: recipients before it, and what they are behind.
fn is_what(chars: &[char], figure: &Figure, place: Place) -> bool {
    let before: String =
        chars.get(figure.start.saturating_sub(8).max(place.after)..figure.start).unwrap_or_default().iter().collect();
    let behind = super::text::words(chars, figure.end, figure.end + 4);
    let behind = behind.trim_start_matches(['以', '上', '左', '右', '强', '弱', '多']);
    (is_inside(chars, figure, place) || ["主体", "对象", "企业", "商户"].iter().any(|noun| before.contains(noun)))
        && behind.starts_with(['是', '为', '系', '属'])
}

/// 受益主体里，七成是微型: recipients are the whole, told before a mark.
fn is_inside(chars: &[char], figure: &Figure, place: Place) -> bool {
    let sentence: String = chars.get(place.sentence..figure.start).unwrap_or_default().iter().collect();
    let marks = ["中，", "里，", "中,", "里,"];
    ["主体", "对象", "企业", "商户", "户"]
        .iter()
        .any(|noun| marks.iter().any(|mark| sentence.contains(&format!("{noun}{mark}"))))
}

/// Words of a whole that the book has: 占全部资金的, 占全区受益主体的.
const WHOLE: [&str; 44] = [
    "全区",
    "该区",
    "本区",
    "我区",
    "全部",
    "所有",
    "总体",
    "整个",
    "纾困",
    "惠企",
    "助企",
    "资金",
    "受益",
    "受惠",
    "获补",
    "受助",
    "市场主体",
    "经营主体",
    "主体",
    "对象",
    "户数",
    "家数",
    "总额",
    "总量",
    "总数",
    "总",
    "发放",
    "补助",
    "补贴",
    "拨付",
    "兑付",
    "同期",
    "全年",
    "政策",
    "惠及",
    "享受",
    "金额",
    "支出",
    "企业",
    "商户",
    "数量",
    "的",
    "到",
    "比",
];

/// 占应享企业的31%: of a whole that is none of the book's.
pub(super) fn is_of_unknown(chars: &[char], cues: &Cues, figure: &Figure, place: Place) -> bool {
    let words: String = chars.get(place.after..figure.start).unwrap_or_default().iter().collect();
    let Some((_, whole)) = words.rsplit_once('占') else { return false };
    let of_other = [
        "应享", "应补", "应发", "符合", "申请", "申报", "登记", "注册", "在册", "存量", "笔数", "总笔", "件", "项目",
        "人数", "规上",
    ];
    if of_other.iter().any(|word| whole.contains(word)) {
        return true;
    }
    // 小微企业占市场主体的95%: of all that there are, where nothing speaks of payments
    let is_of_all = ["市场主体", "经营主体", "企业"].iter().any(|word| whole.contains(word));
    let is_paid = ["受益", "受惠", "享受", "惠及", "获", "领"].iter().any(|word| whole.contains(word));
    let speaks =
        cues.within(place.sentence, figure.start).any(|(cue, ..)| matches!(cue, Cue::Paid | Cue::Money | Cue::Gross));
    if is_of_all && !is_paid && !speaks && place.carried.is_none() {
        return true;
    }
    let Some(whole) = whole.trim_end_matches(['近', '约', '超', '逾', '过', ' ']).strip_suffix('的') else {
        return false;
    };
    let rest = WHOLE.iter().fold(whole.to_owned(), |rest, word| rest.replace(word, ""));
    // what is left may be a name of the book, which is short
    rest.chars().filter(|c| super::text::is_han(*c)).count() > 8
}

/// Whether a share is one of recipients: by the nearest word for either.
pub(super) fn share_of(chars: &[char], cues: &Cues, figure: &Figure, place: Place) -> Measure {
    let words = |from: usize| chars.get(from..figure.start).unwrap_or_default().iter().collect::<String>();
    let clause = words(place.clause);
    let of_count = ["户数", "家数", "数量", "总数", "主体数", "企业数", "主体总量", "户的", "家的"];
    let is_english = chars.get(blanks(chars, figure.end)).is_some_and(char::is_ascii);
    let near = place.until.min(figure.end + if is_english { 24 } else { 12 });
    let behind = |wanted: Cue| cues.joining(wanted, figure.end, near).is_some();
    let last = |nouns: &[&str]| nouns.iter().filter_map(|noun| clause.rfind(noun)).max();
    let counted =
        last(&["主体", "受益对象", "受惠对象", "获补对象", "受益户", "受惠户", "beneficiaries", "recipients"]);
    let paid = last(&["资金", "金额", "总额", "补助", "补贴", "支出", "money", "funds"]);
    let inside = is_inside(chars, figure, place);
    let is_of_recipients = of_count.iter().any(|word| clause.contains(word))
        || behind(Cue::OfCount) && !behind(Cue::OfMoney)
        || !behind(Cue::OfMoney) && (counted > paid || inside && paid.is_none());
    if is_of_recipients { Measure::ShareOfRecipients } else { Measure::ShareOfNet }
}
