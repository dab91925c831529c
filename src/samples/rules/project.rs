//! What the errors of a sample come to for the whole population.

use super::draw::{Method, Stratum};
use crate::kernel::money::Fen;

/// An item with what was found of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Examined<'e> {
    /// Its stratum.
    pub stratum: &'e str,
    /// What the book has.
    pub amount: Fen,
    /// What was found.
    pub found: Fen,
    /// How often it was hit.
    pub hits: i64,
    /// Whether it could not be missed.
    pub certain: bool,
}

impl Examined<'_> {
    const fn error(&self) -> i128 {
        self.amount.get() as i128 - self.found.get() as i128
    }
}

/// Errors: what the book has too much, less what it has too little, in fen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Projection {
    /// Of the items themselves.
    pub of_items: i128,
    /// Of the population, as far as the items tell.
    pub of_population: i128,
}

/// Projects errors onto the population; each division rounds toward zero.
///
/// Random and stratified: by ratio, each stratum for itself: errors × amounts of the stratum ÷ amounts of its items.
/// Monetary units: an item that could not be missed counts with its error; each hit of any other with the share of it that
/// is wrong, of an interval: error × sum × hits ÷ (amount × size).
pub fn project(method: Method, strata: &[Stratum], items: &[Examined<'_>]) -> Projection {
    let of_items = items.iter().map(Examined::error).sum();
    let of_population = strata.iter().map(|stratum| of_stratum(method, stratum, items)).sum();
    Projection { of_items, of_population }
}

fn of_stratum(method: Method, stratum: &Stratum, items: &[Examined<'_>]) -> i128 {
    let items = items.iter().filter(|item| item.stratum == stratum.name);
    let sum = i128::from(stratum.sum.get());
    if method == Method::MonetaryUnit {
        return items.map(|item| of_hits(item, sum, i128::from(stratum.size))).sum();
    }
    let (errors, amounts) =
        items.fold((0, 0), |(errors, amounts), item| (errors + item.error(), amounts + i128::from(item.amount.get())));
    errors.checked_mul(sum).and_then(|product: i128| product.checked_div(amounts)).unwrap_or(0)
}

fn of_hits(item: &Examined<'_>, sum: i128, size: i128) -> i128 {
    if item.certain {
        return item.error();
    }
    let product = item.error().checked_mul(sum).and_then(|product| product.checked_mul(i128::from(item.hits)));
    product.and_then(|product| product.checked_div(i128::from(item.amount.get()) * size)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stratum(name: &str, sum: i64, size: i64) -> Stratum {
        Stratum { name: name.into(), count: 10, sum: Fen::new(sum), size }
    }

    const fn examined(stratum: &str, amount: i64, found: i64, certain: bool) -> Examined<'_> {
        Examined { stratum, amount: Fen::new(amount), found: Fen::new(found), hits: 1, certain }
    }

    #[test]
    fn errors_are_projected_by_ratio_within_each_stratum() {
        let strata = [stratum("A", 1_000, 2), stratum("B", 500, 1)];
        let items = [examined("A", 100, 90, false), examined("A", 100, 100, false), examined("B", 50, 60, false)];
        // A: 10 of 200, so 50 of 1,000; B: 10 too little of 50, so 100 of 500.
        let told = project(Method::Stratified, &strata, &items);
        assert_eq!(told, Projection { of_items: 0, of_population: -50 });
    }

    #[test]
    fn a_tainted_hit_stands_for_its_interval_and_a_certain_item_for_itself() {
        let strata = [stratum("", 10_000, 10)];
        // a tenth of 100 is wrong: a tenth of the interval of 1,000; what could not be missed is wrong by 7.
        let items = [examined("", 100, 90, false), examined("", 2_000, 1_993, true)];
        let told = project(Method::MonetaryUnit, &strata, &items);
        assert_eq!(told, Projection { of_items: 17, of_population: 107 });
    }
}
