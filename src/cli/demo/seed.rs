//! Chance with a seed: the same demonstration on every machine. Integers only.

/// SplitMix64 (Steele, Lea, Flood 2014): small, well mixed, not for secrets.
#[derive(Debug, Clone)]
pub struct Seed(u64);

impl Seed {
    /// Starts a sequence.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`; 0 for a limit of 0.
    pub const fn below(&mut self, limit: u64) -> u64 {
        if limit == 0 { 0 } else { self.bits() % limit }
    }

    /// An index into a list of `length` items.
    #[expect(clippy::cast_possible_truncation, reason = "below a length, which is a usize")]
    pub const fn index(&mut self, length: usize) -> usize {
        self.below(length as u64) as usize
    }

    /// One of these, each as likely as its weight.
    pub fn weighted<'a, T>(&mut self, choices: &'a [(T, u64)]) -> Option<&'a T> {
        let total = choices.iter().map(|(_, weight)| weight).sum();
        let mut drawn = self.below(total);
        for (choice, weight) in choices {
            if drawn < *weight {
                return Some(choice);
            }
            drawn -= weight;
        }
        None
    }

    /// One of these, all equally likely; the empty text if there is none.
    pub fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        let index = self.index(choices.len());
        choices.get(index).copied().unwrap_or_default()
    }
}
