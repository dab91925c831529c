//! Whether a figure is true: the exact value against what its digits and words stand for.

use serde::{Deserialize, Serialize};

use super::bind::Claim;
use super::context::Measure;
use super::figure::{Kind, Qualifier};
use super::qualifier::{self, Bounds};
use super::written::ONE;

/// What became of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The exact value lies where the figure says.
    True,
    /// It does not.
    False,
    /// The book cannot say.
    NotCheckable,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::True, Self::False, Self::NotCheckable];

    /// The word of files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::True => "true",
            Self::False => "false",
            Self::NotCheckable => "not_checkable",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.code() == code)
    }
}

/// An exact value: `micro / of`, in millionths of its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exact {
    /// Millionths.
    pub micro: i128,
    /// Out of so many; above zero.
    pub of: i128,
}

impl Exact {
    /// A whole value.
    pub const fn whole(micro: i128) -> Self {
        Self { micro, of: 1 }
    }

    /// A quotient, times a hundred if it is a percentage; none where there is nothing to divide by.
    pub fn quotient(micro: i128, of: i128) -> Option<Self> {
        (of > 0).then_some(Self { micro, of })
    }

    /// Decimal digits, cut off after so many.
    pub fn decimal(&self, decimals: u32) -> String {
        decimal(self.micro / self.of.max(1), decimals)
    }

    fn is_at_least(&self, bound: i128, is_open: bool) -> bool {
        match bound.checked_mul(self.of) {
            Some(bound) if is_open => self.micro > bound,
            Some(bound) => self.micro >= bound,
            None => false,
        }
    }

    fn is_at_most(&self, bound: i128, is_closed: bool) -> bool {
        match bound.checked_mul(self.of) {
            Some(bound) if is_closed => self.micro <= bound,
            Some(bound) => self.micro < bound,
            None => true,
        }
    }

    fn is_within(&self, bounds: &Bounds) -> bool {
        bounds.low.is_none_or(|low| self.is_at_least(low, bounds.low_open))
            && bounds.high.is_none_or(|high| self.is_at_most(high, bounds.high_closed))
    }
}

/// Millionths as a decimal with so many digits behind the point; more digits are cut off.
pub fn decimal(micro: i128, decimals: u32) -> String {
    let sign = if micro < 0 { "-" } else { "" };
    let (whole, rest) = (micro.abs() / ONE, micro.abs() % ONE);
    if decimals == 0 {
        return format!("{sign}{whole}");
    }
    let digits = format!("{rest:06}");
    let kept: String = digits.chars().take(usize::try_from(decimals).unwrap_or(0)).collect();
    format!("{sign}{whole}.{kept}")
}

/// The millionths of a decimal, as [`decimal`] writes it.
pub fn micro_of(decimal: &str) -> Option<i128> {
    let (sign, digits) = decimal.strip_prefix('-').map_or((1, decimal), |digits| (-1, digits));
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, ""));
    let rest: i128 = format!("{rest:0<6}").parse().ok()?;
    Some(sign * (whole.parse::<i128>().ok()?.checked_mul(ONE)? + rest))
}

/// A judged figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// What would be true.
    pub bounds: Option<Bounds>,
    /// The verdict.
    pub verdict: Verdict,
    /// Whether the figure would be right if digits were cut off instead of rounded.
    pub fits_cut_off: bool,
}

/// Judges a figure against the exact value of what it measures.
pub fn judge(claim: &Claim, actual: Option<Exact>) -> Judged {
    let nothing = Judged { bounds: None, verdict: Verdict::NotCheckable, fits_cut_off: false };
    let (Ok(measure), Some(actual)) = (claim.measure, actual) else { return nothing };
    let Some(bounds) = qualifier::bounds(&claim.written, claim.upper.as_ref(), claim.qualifier, measure.finest())
    else {
        return nothing;
    };
    let is_true = actual.is_within(&bounds);
    let fits_cut_off =
        !is_true && claim.qualifier == Qualifier::Rounded && claim.upper.is_none() && is_cut_off(claim, &actual);
    let verdict = if is_true { Verdict::True } else { Verdict::False };
    Judged { bounds: Some(bounds), verdict, fits_cut_off }
}

/// How many times more or less makes a figure one of other money.
const FAR: i128 = 3;

/// Whether a figure of which no time is told is so far from the exact value that it probably speaks of something else. A
/// slip of the point or of the unit, with the digits of the book, is a false figure.
pub fn is_far_off(claim: &Claim, actual: &Exact) -> bool {
    let Some(said) = claim.written.micro().filter(|_| !claim.is_dated && claim.kind != Kind::Percent) else {
        return false;
    };
    let (said, actual) = (said.saturating_mul(actual.of), actual.micro);
    let is_slip = (1..8_u32).map(|power| 10_i128.pow(power)).any(|power| {
        let near = |one: i128, other: i128| (one - other).abs() <= other.abs() / 50;
        near(said.saturating_mul(power), actual) || near(said, actual.saturating_mul(power))
    });
    !is_slip && (said > actual.saturating_mul(FAR) || said.saturating_mul(FAR) < actual)
}

/// Whether cutting digits off the exact value gives the figure.
fn is_cut_off(claim: &Claim, actual: &Exact) -> bool {
    let (Some(value), Some(step)) = (claim.written.micro(), claim.written.step()) else { return false };
    actual.is_at_least(value, false) && actual.is_at_most(value + step, false)
}

/// The largest value that is still inside, where what is measured has a smallest step.
pub fn inclusive_high(bounds: &Bounds, measure: Measure) -> Option<i128> {
    let high = bounds.high?;
    let finest = measure.finest();
    if bounds.high_closed || finest == 0 {
        return Some(high);
    }
    // the largest multiple of the step below the bound
    Some((high - 1).div_euclid(finest) * finest)
}

/// The smallest value that is inside, where what is measured has a smallest step.
pub fn inclusive_low(bounds: &Bounds, measure: Measure) -> Option<i128> {
    let low = bounds.low?;
    let finest = measure.finest();
    if finest == 0 {
        return Some(low);
    }
    let above = if bounds.low_open { low + 1 } else { low };
    Some((above + finest - 1).div_euclid(finest) * finest)
}

/// The verdict over several: false if one is, true if one is and none is false.
pub fn over_all(verdicts: impl IntoIterator<Item = Verdict>) -> Verdict {
    let mut all = Verdict::NotCheckable;
    for verdict in verdicts {
        match verdict {
            Verdict::False => return Verdict::False,
            Verdict::True => all = Verdict::True,
            Verdict::NotCheckable => {}
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::super::bind;
    use super::super::period::Calendar;
    use super::super::scope::Names;
    use super::*;
    use crate::kernel::dates::Day;

    fn judged(text: &str, fen: i128) -> (Verdict, bool, String, String) {
        let calendar = Calendar { year: Some(2020), today: Day::parse("2020-11-25").unwrap() };
        let claims = bind::read(text, &Names::default(), calendar);
        let [claim] = claims.as_slice() else { panic!("{text}: {claims:?}") };
        let found = judge(claim, Some(Exact::whole(fen * 10_000)));
        let (bounds, measure) = (found.bounds.unwrap(), claim.measure.unwrap());
        let print = |micro: Option<i128>| micro.map_or_else(String::new, |micro| decimal(micro, 2));
        (
            found.verdict,
            found.fits_cut_off,
            print(inclusive_low(&bounds, measure)),
            print(inclusive_high(&bounds, measure)),
        )
    }

    #[test]
    fn both_edges_of_the_announced_figure() {
        let edges = |fen| judged("发放1.27亿元", fen);
        let interval = ("126500000.00".to_owned(), "127499999.99".to_owned());
        assert_eq!(edges(12_703_456_285), (Verdict::True, false, interval.0.clone(), interval.1.clone()));
        assert_eq!(edges(12_650_000_000).0, Verdict::True);
        assert_eq!(edges(12_649_999_999).0, Verdict::False);
        assert_eq!(edges(12_749_999_999).0, Verdict::True);
        assert_eq!(edges(12_750_000_000), (Verdict::False, true, interval.0, interval.1));
    }

    #[test]
    fn words_change_what_is_true() {
        for (text, verdict) in [
            ("发放超1.27亿元", Verdict::True),
            ("发放超1.28亿元", Verdict::False),
            ("发放近1.28亿元", Verdict::True),
            ("发放近1.27亿元", Verdict::False),
            ("发放约1.3亿元", Verdict::True),
            ("发放约1.5亿元", Verdict::False),
            ("发放不少于1.27亿元", Verdict::True),
            ("发放不足1.27亿元", Verdict::False),
            ("发放1亿余元", Verdict::True),
            ("发放127,034,562.85元", Verdict::True),
            ("发放127,034,562.86元", Verdict::False),
            ("发放一亿二千七百万元", Verdict::True),
            ("发放12703.46万元", Verdict::True),
            ("发放12703.45万元", Verdict::False),
        ] {
            assert_eq!(judged(text, 12_703_456_285).0, verdict, "{text}");
        }
    }

    #[test]
    fn far_from_the_book_without_a_time_is_other_money() {
        let calendar = Calendar { year: Some(2020), today: Day::parse("2020-11-25").unwrap() };
        let far = |text: &str| {
            let claims = bind::read(text, &Names::default(), calendar);
            is_far_off(claims.first().unwrap(), &Exact::whole(12_703_456_285 * 10_000))
        };
        assert!(far("发放500万元"));
        assert!(far("发放50亿元"));
        // A time was told, it is near, or the point slipped.
        assert!(!far("10月发放500万元"));
        assert!(!far("发放1亿元"));
        assert!(!far("发放12.7亿元"));
        assert!(!far("发放1270万元"));
    }

    #[test]
    fn one_false_figure_makes_a_text_false() {
        use Verdict::{False, NotCheckable, True};
        assert_eq!(over_all([True, NotCheckable]), True);
        assert_eq!(over_all([True, False, NotCheckable]), False);
        assert_eq!(over_all([NotCheckable]), NotCheckable);
        assert_eq!(over_all([]), NotCheckable);
    }
}
