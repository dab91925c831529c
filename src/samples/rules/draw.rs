//! The draw.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::rank::{rank, start};
use crate::kernel::Refusal;
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;

/// Most items of a sample: one person has to look at each.
const SIZE_MAX: i64 = 10_000;

/// How items are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// 随机: every grant has the same chance.
    Random,
    /// 分层: random within each stratum, which is as large in the sample as in the population.
    Stratified,
    /// 货币单位: every fen has the same chance.
    MonetaryUnit,
}

impl Method {
    /// All of them, the usual one first.
    pub const ALL: [Self; 3] = [Self::Random, Self::Stratified, Self::MonetaryUnit];

    /// The word in events, tables, addresses and on the command line.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Random => "random",
            Self::Stratified => "stratified",
            Self::MonetaryUnit => "monetary-unit",
        }
    }

    /// Reads the word.
    ///
    /// # Errors
    /// `sample_method`.
    pub fn parse(word: &str) -> Result<Self, Refusal> {
        Self::ALL.into_iter().find(|method| method.code() == word).ok_or_else(|| Refusal::new("sample_method"))
    }
}

/// By what a population is cut into strata.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StratumBy {
    /// Policy.
    Policy,
    /// Sub-district.
    Subdistrict,
}

impl StratumBy {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Policy, Self::Subdistrict];

    /// The word in events, tables, addresses and on the command line.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Subdistrict => "subdistrict",
        }
    }

    /// Reads the word.
    ///
    /// # Errors
    /// `sample_by`.
    pub fn parse(word: &str) -> Result<Self, Refusal> {
        Self::ALL.into_iter().find(|by| by.code() == word).ok_or_else(|| Refusal::new("sample_by"))
    }

    fn of(self, member: &Member) -> &str {
        match self {
            Self::Policy => &member.policy,
            Self::Subdistrict => &member.subdistrict,
        }
    }
}

/// Everything that decides a draw, but the book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameters {
    /// How items are chosen.
    pub method: Method,
    /// By what strata are cut; only where the method has strata.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<StratumBy>,
    /// How many items; of monetary units, how many hits.
    pub size: i64,
    /// What chance is made of.
    pub seed: String,
    /// Grants disbursed up to and including this effective day.
    pub as_of: Day,
    /// As known at this position.
    pub at: i64,
    /// Only of the policy with this code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// Only of this sub-district.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subdistrict: Option<String>,
    /// Only of at least this much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least: Option<Fen>,
    /// Only of at most this much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<Fen>,
}

impl Parameters {
    /// Whether a grant belongs to the population.
    pub fn has(&self, member: &Member) -> bool {
        self.policy.as_ref().is_none_or(|policy| *policy == member.policy)
            && self.subdistrict.as_ref().is_none_or(|name| *name == member.subdistrict)
            && self.least.is_none_or(|least| least <= member.amount)
            && self.most.is_none_or(|most| member.amount <= most)
    }

    /// Refuses what cannot be drawn from anything.
    ///
    /// # Errors
    /// `sample_size`, `sample_by`.
    pub fn check(&self) -> Result<(), Refusal> {
        if !(1..=SIZE_MAX).contains(&self.size) {
            return Err(Refusal::new("sample_size").at("size").with("most", SIZE_MAX));
        }
        if (self.method == Method::Stratified) != self.by.is_some() {
            return Err(Refusal::new("sample_by").at("by"));
        }
        Ok(())
    }
}

/// A grant of the population.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The grant.
    pub grant: i64,
    /// Its reference.
    pub reference: String,
    /// Code of its policy.
    pub policy: String,
    /// Its sub-district.
    pub subdistrict: String,
    /// What is disbursed of it; above zero.
    pub amount: Fen,
}

/// What a population comes to, so that another one is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Population {
    /// Grants.
    pub count: i64,
    /// Their amounts.
    pub sum: Fen,
    /// SHA-256 over a line `GRANT TAB REFERENCE TAB FEN LF` each, by grant.
    pub digest: String,
}

/// A part of the population from which items were chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stratum {
    /// What its grants share; empty where there is one.
    pub name: String,
    /// Grants.
    pub count: i64,
    /// Their amounts.
    pub sum: Fen,
    /// Items chosen; of monetary units, hits.
    pub size: i64,
}

/// A grant that was drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// The grant.
    pub grant: i64,
    /// Its reference.
    pub reference: String,
    /// Its stratum.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub stratum: String,
    /// What was disbursed of it.
    pub amount: Fen,
    /// How often it was hit.
    pub hits: i64,
    /// Whether it could not be missed: as much as an interval, or more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub certain: bool,
}

/// Draws from the grants of a book that the parameters name; in which order they come does not matter.
///
/// # Errors
/// Those of [`Parameters::check`]; `sample_population_none`, `sample_population_small`, `amount_too_large`.
pub fn draw(parameters: &Parameters, members: &[Member]) -> Result<(Population, Vec<Stratum>, Vec<Item>), Refusal> {
    parameters.check()?;
    let mut members: Vec<&Member> = members.iter().filter(|member| parameters.has(member)).collect();
    members.sort_by_key(|member| member.grant);
    let population = population(&members)?;
    if population.count == 0 {
        return Err(Refusal::new("sample_population_none"));
    }
    let is_small = match parameters.method {
        Method::MonetaryUnit => population.sum.get() < parameters.size,
        Method::Random | Method::Stratified => population.count < parameters.size,
    };
    if is_small {
        return Err(Refusal::new("sample_population_small").at("size").with("count", population.count));
    }
    if parameters.method == Method::MonetaryUnit {
        let items = by_money(parameters, &members, population.sum);
        let (count, sum) = (population.count, population.sum);
        return Ok((population, vec![Stratum { name: String::new(), count, sum, size: parameters.size }], items));
    }
    let strata = strata(parameters, &members)?;
    let items = by_rank(parameters, &members, &strata);
    Ok((population, strata, items))
}

fn population(members: &[&Member]) -> Result<Population, Refusal> {
    let mut digest = Sha256::new();
    for member in members {
        digest.update(format!("{}\t{}\t{}\n", member.grant, member.reference, member.amount.get()));
    }
    Ok(Population { count: count(members), sum: sum(members)?, digest: hex::encode(digest.finalize()) })
}

fn count(members: &[&Member]) -> i64 {
    i64::try_from(members.len()).unwrap_or(i64::MAX)
}

fn sum(members: &[&Member]) -> Result<Fen, Refusal> {
    Fen::sum(members.iter().map(|member| member.amount)).ok_or_else(|| Refusal::new("amount_too_large"))
}

/// The stratum of a grant; all grants have the same where nothing cuts the population.
fn stratum<'m>(parameters: &Parameters, member: &'m Member) -> &'m str {
    parameters.by.map_or("", |by| by.of(member))
}

/// The strata in the order of their bytes, each with its share of the size: by largest remainder, equal ones to the first;
/// then one to each that got none, from the largest, the first of equal ones, as far as the size reaches.
fn strata(parameters: &Parameters, members: &[&Member]) -> Result<Vec<Stratum>, Refusal> {
    let mut grouped: BTreeMap<&str, Vec<&Member>> = BTreeMap::new();
    for member in members {
        grouped.entry(stratum(parameters, member)).or_default().push(member);
    }
    let (all, size) = (i128::from(count(members)), i128::from(parameters.size));
    let mut strata = Vec::with_capacity(grouped.len());
    let mut remainders = Vec::with_capacity(grouped.len());
    for (place, (name, members)) in grouped.iter().enumerate() {
        let product = i128::from(count(members)) * size;
        let quota = i64::try_from(product / all).unwrap_or(i64::MAX);
        remainders.push((product % all, place));
        strata.push(Stratum { name: (*name).to_owned(), count: count(members), sum: sum(members)?, size: quota });
    }
    remainders.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)));
    let given: i64 = strata.iter().map(|stratum| stratum.size).sum();
    let left = usize::try_from(parameters.size - given).unwrap_or(0);
    for (_, place) in remainders.into_iter().take(left) {
        if let Some(stratum) = strata.get_mut(place) {
            stratum.size += 1;
        }
    }
    one_each(&mut strata);
    Ok(strata)
}

fn one_each(strata: &mut [Stratum]) {
    while let Some(empty) = strata.iter().position(|stratum| stratum.size == 0) {
        let largest =
            strata.iter().enumerate().max_by_key(|(place, stratum)| (stratum.size, std::cmp::Reverse(*place)));
        let Some((largest, 2..)) = largest.map(|(place, stratum)| (place, stratum.size)) else { return };
        for (place, change) in [(largest, -1), (empty, 1)] {
            if let Some(stratum) = strata.get_mut(place) {
                stratum.size += change;
            }
        }
    }
}

/// Of each stratum the grants of lowest rank, as many as it has in the sample.
fn by_rank(parameters: &Parameters, members: &[&Member], strata: &[Stratum]) -> Vec<Item> {
    let mut ranked: Vec<([u8; 32], &Member)> =
        members.iter().map(|member| (rank(&parameters.seed, member.grant), *member)).collect();
    ranked.sort_by(|one, other| one.0.cmp(&other.0).then(one.1.grant.cmp(&other.1.grant)));
    let mut left: BTreeMap<&str, i64> = strata.iter().map(|one| (one.name.as_str(), one.size)).collect();
    let mut items = Vec::new();
    for (_, member) in ranked {
        let name = stratum(parameters, member);
        if let Some(left) = left.get_mut(name).filter(|left| **left > 0) {
            *left -= 1;
            items.push(item(member, name, 1, false));
        }
    }
    items.sort_by_key(|item| item.grant);
    items
}

/// Systematically: as many points as the sample is large, at the same distance, along all amounts laid end to end by grant.
/// Counted in parts of a fen, of which a fen has as many as the sample is large: so the interval is the sum in fen, exactly,
/// and the points are start + k × interval.
fn by_money(parameters: &Parameters, members: &[&Member], sum: Fen) -> Vec<Item> {
    let interval = i128::from(sum.get());
    let begin = i128::try_from(start(&parameters.seed, interval.unsigned_abs())).unwrap_or(0);
    let size = i128::from(parameters.size);
    // How many points lie before a place.
    let before = |place: i128| if place <= begin { 0 } else { (place - begin - 1) / interval + 1 };
    let (mut items, mut from) = (Vec::new(), 0);
    for member in members {
        let parts = i128::from(member.amount.get()) * size;
        let hits = before(from + parts) - before(from);
        from += parts;
        if hits > 0 {
            items.push(item(member, "", i64::try_from(hits).unwrap_or(i64::MAX), parts >= interval));
        }
    }
    items
}

fn item(member: &Member, stratum: &str, hits: i64, certain: bool) -> Item {
    Item {
        grant: member.grant,
        reference: member.reference.clone(),
        stratum: stratum.to_owned(),
        amount: member.amount,
        hits,
        certain,
    }
}

#[cfg(test)]
mod tests;
