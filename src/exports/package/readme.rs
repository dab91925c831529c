//! What an auditor reads first, in Chinese and in English.

use super::tables::{self, Moment};
use crate::journal::Head;
use crate::web::Lang;

const ZH: &str = include_str!("readme.zh.md");
const EN: &str = include_str!("readme.en.md");

/// The text, with what it is about and the list of tables filled in.
pub(super) fn readme(lang: Lang, head: &Head, moment: &Moment, root: &str) -> String {
    let text = match lang {
        Lang::Zh => ZH,
        Lang::En => EN,
    };
    let list: String = tables::all()
        .into_iter()
        .map(|table| format!("| `{}.csv` | {} | {} |\n", table.name, table.title(lang), table.about(lang)))
        .collect();
    text.replace("{book}", &head.name)
        .replace("{code}", &head.code)
        .replace("{as_of}", &moment.as_of.to_string())
        .replace("{at}", &moment.at.to_string())
        .replace("{root}", root)
        .replace("{tables}\n", &list)
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_texts_have_the_same_places() {
        for place in ["{book}", "{code}", "{as_of}", "{at}", "{root}", "{tables}\n"] {
            assert!(super::ZH.contains(place) && super::EN.contains(place), "{place}");
        }
    }
}
