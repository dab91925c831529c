//! `audit sample draw`, `audit sample redraw`, `audit sample show`, `audit sample list`.

use clap::{Subcommand, ValueEnum};

use super::acting::{Acting, Listing};
use super::workplace::Workplace;
use super::{Format, Outcome, output};
use crate::kernel::dates::Day;
use crate::kernel::money::Fen;
use crate::kernel::{Error, Result};
use crate::samples::{self, DrawForm, ItemView, SampleDrawn};
use crate::web::i18n;

/// How items are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Method {
    /// Every grant has the same chance
    Random,
    /// Random within each stratum
    Stratified,
    /// Every fen has the same chance
    MonetaryUnit,
}

impl From<Method> for samples::Method {
    fn from(method: Method) -> Self {
        match method {
            Method::Random => Self::Random,
            Method::Stratified => Self::Stratified,
            Method::MonetaryUnit => Self::MonetaryUnit,
        }
    }
}

/// By what strata are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum By {
    /// Policy
    Policy,
    /// Sub-district
    Subdistrict,
}

impl From<By> for samples::StratumBy {
    fn from(by: By) -> Self {
        match by {
            By::Policy => Self::Policy,
            By::Subdistrict => Self::Subdistrict,
        }
    }
}

/// Audit samples.
#[derive(Debug, Subcommand)]
pub enum Sample {
    /// Draw a sample from what was disbursed and record how
    Draw {
        #[command(flatten)]
        acting: Acting,
        /// random, stratified or monetary-unit
        #[arg(long, value_enum)]
        method: Method,
        /// How many items; of monetary units, how many hits
        #[arg(long)]
        size: i64,
        /// policy or subdistrict, for a stratified sample
        #[arg(long, value_enum)]
        by: Option<By>,
        /// What chance is made of (default: the program makes one; it is recorded either way)
        #[arg(long, default_value = "")]
        seed: String,
        /// Effective date, YYYY-MM-DD (default: today in Shanghai)
        #[arg(long)]
        as_of: Option<String>,
        /// Position in the book (default: the head)
        #[arg(long)]
        at: Option<i64>,
        /// Only of the policy with this code
        #[arg(long)]
        policy: Option<String>,
        /// Only of this sub-district
        #[arg(long)]
        subdistrict: Option<String>,
        /// Only of at least this amount
        #[arg(long)]
        least: Option<String>,
        /// Only of at most this amount
        #[arg(long)]
        most: Option<String>,
    },
    /// Draw a sample again by its parameters and say whether it is the same
    Redraw {
        /// Its number
        id: i64,
        /// The book
        #[arg(long)]
        book: String,
        /// Another seed, to see that another sample is told
        #[arg(long)]
        seed: Option<String>,
        /// text or json
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// A sample with its items and what was found of them
    Show {
        /// Its number
        id: i64,
        /// The book
        #[arg(long)]
        book: String,
        /// text, json or csv
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Samples, the newest first
    List(Listing),
}

impl Sample {
    pub(super) async fn run(self, workplace: &Workplace) -> Result<Outcome> {
        match self {
            Self::Draw { acting, method, size, by, seed, as_of, at, policy, subdistrict, least, most } => {
                let as_of = match as_of {
                    Some(text) => Day::parse(&text).map_err(|refusal| refusal.at("as_of"))?,
                    None => workplace.door.surroundings.clock.now().day(),
                };
                let amount = |text: Option<String>| text.map(|text| Fen::parse(&text)).transpose();
                let form = DrawForm {
                    method: method.into(),
                    by: by.map(Into::into),
                    size,
                    seed,
                    as_of,
                    at: at.unwrap_or(0),
                    policy,
                    subdistrict,
                    least: amount(least).map_err(|refusal| refusal.at("least"))?,
                    most: amount(most).map_err(|refusal| refusal.at("most"))?,
                };
                draw(workplace, &acting, form).await
            }
            Self::Redraw { id, book, seed, format } => redraw(workplace, id, &book, seed, format).await,
            Self::Show { id, book, format } => show(workplace, id, &book, format).await,
            Self::List(Listing { book, format }) => list(workplace, &book, format).await,
        }
    }
}

async fn draw(workplace: &Workplace, acting: &Acting, form: DrawForm) -> Result<Outcome> {
    let (head, actor) = acting.seat(workplace).await?;
    let form = DrawForm { at: if form.at == 0 { head.position } else { form.at }, ..form };
    let ask = workplace.ask(&head, actor, "sample_draw");
    let id = samples::draw(&workplace.door, ask, &head, form).await?.sample;
    print(workplace, head.book_id, id, acting.format()).await
}

async fn show(workplace: &Workplace, id: i64, book: &str, format: Format) -> Result<Outcome> {
    let head = workplace.book(book).await?;
    print(workplace, head.book_id, id, format).await
}

async fn print(workplace: &Workplace, book_id: i64, id: i64, format: Format) -> Result<Outcome> {
    let c = &workplace.door.db.read;
    let (sample, drawn) = samples::sample(c, book_id, id).await?;
    let items = samples::items(c, book_id, id).await?;
    match format {
        Format::Json => output::json(&facts(id, &drawn, &items))?,
        Format::Csv => {
            let bytes = samples::bytes(&drawn, &items, samples::FileFormat::Csv, workplace.lang)?;
            output::line(String::from_utf8(bytes).map_err(Error::internal)?.trim_end())?;
        }
        Format::Text => {
            let (size, count) = (sample.size.to_string(), sample.population_count.to_string());
            let (id, sum) = (id.to_string(), sample.population_sum.plain());
            let facts = [("sample", id.as_str()), ("size", &size), ("n", &count), ("sum", &sum)];
            output::say(
                workplace.lang,
                "cli.sample.head",
                &[facts.as_slice(), &[("seed", &drawn.parameters.seed)]].concat(),
            )?;
            for item in &items {
                let result = item
                    .result
                    .map_or("", |result| i18n::text(workplace.lang, &format!("samples.result.{}", result.code())));
                output::line(format!("{}  {}  {}  {result}", item.reference, item.amount, item.hits).trim_end())?;
            }
        }
    }
    Ok(Outcome::True)
}

fn facts(id: i64, drawn: &SampleDrawn, items: &[ItemView]) -> serde_json::Value {
    let of_item = |item: &ItemView| {
        serde_json::json!({
            "grant": item.grant,
            "reference": item.reference,
            "stratum": item.stratum,
            "amount": item.amount,
            "hits": item.hits,
            "certain": item.certain,
            "result": item.result,
            "found": item.found,
            "note": item.note,
        })
    };
    serde_json::json!({
        "sample": id,
        "parameters": drawn.parameters,
        "population": drawn.population,
        "strata": drawn.strata,
        "items": items.iter().map(of_item).collect::<Vec<_>>(),
    })
}

async fn redraw(workplace: &Workplace, id: i64, book: &str, seed: Option<String>, format: Format) -> Result<Outcome> {
    let head = workplace.book(book).await?;
    let redrawn = samples::redraw(&workplace.door.db, &head, id, seed).await?;
    if format == Format::Text {
        let key = if redrawn.same { "samples.redraw.same" } else { "samples.redraw.other" };
        output::say(workplace.lang, key, &[])?;
        for (key, references) in
            [("samples.redraw.recorded", &redrawn.only_recorded), ("samples.redraw.now", &redrawn.only_redrawn)]
        {
            for reference in references {
                output::line(&format!("{} {reference}", i18n::text(workplace.lang, key)))?;
            }
        }
    } else {
        output::json(&redrawn)?;
    }
    Ok(if redrawn.same { Outcome::True } else { Outcome::False })
}

async fn list(workplace: &Workplace, book: &str, format: Format) -> Result<Outcome> {
    let head = workplace.book(book).await?;
    let (mut before, mut listed) = (None, Vec::new());
    loop {
        let page = samples::samples(&workplace.door.db.read, head.book_id, before).await?;
        listed.extend(page.samples);
        before = page.older;
        if before.is_none() {
            break;
        }
    }
    for sample in listed.iter().filter(|_| format == Format::Text) {
        let (method, state) = (sample.method.code(), if sample.is_concluded() { "concluded" } else { "open" });
        let state = i18n::text(workplace.lang, &format!("samples.state.{state}"));
        output::line(&format!("{}  {method}  {}  {}  {state}", sample.id, sample.size, sample.as_of))?;
    }
    if format != Format::Text {
        let of = |sample: &samples::Sample| {
            serde_json::json!({
                "sample": sample.id,
                "method": sample.method,
                "size": sample.size,
                "as_of": sample.as_of,
                "at": sample.at,
                "concluded": sample.is_concluded(),
            })
        };
        output::json(&listed.iter().map(of).collect::<Vec<_>>())?;
    }
    Ok(Outcome::True)
}
