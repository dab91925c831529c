//! The capital form of vouchers 人民币大写.

use super::Fen;

impl Fen {
    /// The capital form of vouchers 人民币大写, by 会计基础工作规范 art. 52: `人民币壹元壹角整`.
    ///
    /// 整 stands after 元 and 角; a run of zeros between digits is one 零; none stands between 元 and 角.
    /// Nothing is `人民币零元整`; an amount below zero begins with 负.
    pub fn capital(self) -> String {
        let size = self.0.unsigned_abs();
        let (yuan, jiao, fen) = (size / 100, size / 10 % 10, size % 10);
        let mut words = String::from(if self.0 < 0 { "人民币负" } else { "人民币" });
        if yuan > 0 || size == 0 {
            push_whole(&mut words, yuan);
            words.push('元');
        }
        if jiao > 0 {
            words.extend([capital_digit(jiao), '角']);
        } else if fen > 0 && yuan > 0 {
            words.push('零');
        }
        if fen > 0 {
            words.extend([capital_digit(fen), '分']);
        } else {
            words.push('整');
        }
        words
    }
}

/// A digit below ten as voucher capital.
const fn capital_digit(digit: u64) -> char {
    match digit {
        1 => '壹',
        2 => '贰',
        3 => '叁',
        4 => '肆',
        5 => '伍',
        6 => '陆',
        7 => '柒',
        8 => '捌',
        9 => '玖',
        _ => '零',
    }
}

/// Writes a whole number in voucher capitals: four digits to a group, groups ended by 万 and 亿 in turn.
fn push_whole(words: &mut String, number: u64) {
    if number == 0 {
        words.push('零');
        return;
    }
    let mut zero_waits = false;
    let mut group_speaks = false;
    for place in (0..=number.ilog10()).rev() {
        let digit = number / 10_u64.pow(place) % 10;
        if digit == 0 {
            zero_waits = true;
        } else {
            if zero_waits {
                words.push('零');
            }
            words.push(capital_digit(digit));
            words.push_str(["", "拾", "佰", "仟"][place as usize % 4]);
            zero_waits = false;
            group_speaks = true;
        }
        if place % 4 == 0 {
            match place / 4 {
                1 | 3 if group_speaks => words.push('万'),
                2 | 4 => words.push('亿'),
                _ => {}
            }
            group_speaks = false;
        }
    }
}

#[cfg(test)]
mod tests {

    use proptest::prelude::*;

    use super::*;

    const VECTORS: &str =
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/kernel/rmb_capital_vectors.csv"));

    fn fen(text: &str) -> Fen {
        Fen::parse(text).unwrap()
    }

    /// Reads a capital form by its grammar alone: digits, then 拾佰仟, then 万 and 亿 that multiply what stands before.
    fn read_capital(text: &str) -> i128 {
        let words = text.strip_prefix("人民币").unwrap();
        let (sign, words) = words.strip_prefix('负').map_or((1, words), |rest| (-1, rest));
        let (mut total, mut wan, mut section, mut digit) = (0_i128, 0_i128, 0_i128, 0_i128);
        let mut fen = 0_i128;
        for word in words.chars() {
            if let Some(value) = "零壹贰叁肆伍陆柒捌玖".chars().position(|c| c == word) {
                digit = i128::try_from(value).unwrap();
                continue;
            }
            match word {
                '拾' => section += digit * 10,
                '佰' => section += digit * 100,
                '仟' => section += digit * 1000,
                '万' => (wan, section) = (wan + (section + digit) * 10_000, 0),
                '亿' => (total, wan, section) = ((total + wan + section + digit) * 100_000_000, 0, 0),
                '元' => fen = (total + wan + section + digit) * 100,
                '角' => fen += digit * 10,
                '分' => fen += digit,
                '整' => assert!(words.ends_with('整')),
                other => assert_eq!(other, '整', "{text}"),
            }
            digit = 0;
        }
        sign * fen
    }

    #[test]
    fn every_vector_of_the_capital_form_is_met() {
        let mut rows = 0;
        for line in VECTORS.lines().skip(1) {
            let mut cells = line.trim_end_matches('\r').split(',');
            let (amount, capital) = (cells.next().unwrap(), cells.next().unwrap());
            assert_eq!(fen(amount).capital(), capital, "{amount}");
            rows += 1;
        }
        assert!(rows >= 24, "{rows}");
    }

    #[test]
    fn the_capital_form_keeps_its_zeros_at_every_boundary() {
        for (amount, capital) in [
            ("0", "人民币零元整"),
            ("0.50", "人民币伍角整"),
            ("100000000", "人民币壹亿元整"),
            ("200007813", "人民币贰亿零柒仟捌佰壹拾叁元整"),
            ("1020000000", "人民币壹拾亿零贰仟万元整"),
            ("100000000.01", "人民币壹亿元零壹分"),
            ("10000000000000", "人民币壹拾万亿元整"),
            ("10000000000001.10", "人民币壹拾万亿零壹元壹角整"),
            ("12345678901234.56", "人民币壹拾贰万叁仟肆佰伍拾陆亿柒仟捌佰玖拾万零壹仟贰佰叁拾肆元伍角陆分"),
        ] {
            assert_eq!(fen(amount).capital(), capital, "{amount}");
        }
        assert_eq!(Fen::new(-150).capital(), "人民币负壹元伍角整");
        assert_eq!(read_capital(&Fen::new(i64::MAX).capital()), i128::from(i64::MAX));
    }

    proptest! {
        #[test]
        fn the_capital_form_reads_back_to_the_amount(amount in any::<i64>(), shift in 0_u32..62) {
            let amount = amount >> shift;
            prop_assert_eq!(read_capital(&Fen::new(amount).capital()), i128::from(amount));
        }

        #[test]
        fn the_capital_form_reads_back_where_zeros_are_many(digits in "[1-9][0-9]?0{0,9}[0-9]0{0,3}[0-9]?") {
            let amount: i64 = digits.parse().unwrap();
            let capital = Fen::new(amount).capital();
            prop_assert_eq!(read_capital(&capital), i128::from(amount));
            prop_assert!(!capital.contains("零零") && !capital.contains("零角") && !capital.contains("亿万"));
            prop_assert!(capital.ends_with('分') || capital.ends_with('整'));
        }
    }
}
