//! Every grant behind the questions, or behind one of them, as CSV.

use rocket::http::ContentType;
use rocket::{State, get};

use super::asked::read;
use crate::anomalies::{Kind, Row, each_row};
use crate::journal::Door;
use crate::kernel::Error;
use crate::kernel::dates::Day;
use crate::people::Reader;
use crate::web::{Download, Fields, Lang};

/// The name of the file, without ending: of one question or of all.
pub fn stem(book: &str, kind: Option<Kind>, as_of: Day) -> String {
    let of = kind.map_or_else(|| "anomalies".to_owned(), |kind| format!("anomalies-{}", kind.code()));
    format!("{book}-{of}-{as_of}")
}

/// Hands out the rows.
#[get("/audit/anomalies/rows.csv?<form..>")]
pub async fn download(who: Reader, mut form: Fields, door: &State<Door>) -> Result<Download, Error> {
    let lang = Lang::parse(form.value("lang")).unwrap_or_default();
    let asked = read(&mut form, door.surroundings.clock.now().day()).ok_or(Error::NotFound)?;
    let one = form.filled("kind").map(|code| Kind::from_code(code).ok_or(Error::NotFound)).transpose()?;
    let kinds = one.map_or_else(|| Kind::ALL.to_vec(), |kind| vec![kind]);
    let mut bytes = Row::csv_header(lang);
    let clocks = (asked.as_of, asked.at);
    each_row(&door.db, who.head(), clocks, (&kinds, &asked.lines), &mut |row| {
        bytes.extend(row.csv_line(lang));
        Ok(())
    })
    .await?;
    let name = format!("{}.csv", stem(&who.head().code, one, asked.as_of));
    Ok(Download { name, kind: ContentType::CSV, bytes })
}
