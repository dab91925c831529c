//! What was said with figures of the book stands in the package: kept statements figure by figure, and filed reports. A row that
//! was changed, added or struck is named, and a figure that the book does not give.

use relief_ledger::exports::{self, PackageOf};

use super::package::{LATE, described_anew, entries, packed, text, verified};
use crate::support::book::World;
use crate::support::every_record::{Stands, every_record};
use crate::support::office::day;

/// The cells of a table, its header first.
fn rows(table: &str) -> Vec<Vec<&str>> {
    table.lines().map(|line| line.split(',').collect()).collect()
}

/// A cell of the row that begins with a record and, where there are several, goes on with a number.
fn cell<'t>(table: &[Vec<&'t str>], begins: &[&str], column: &str) -> &'t str {
    let place = table[0].iter().position(|name| *name == column).unwrap_or_else(|| panic!("no column {column}"));
    let row = table.iter().find(|row| row.starts_with(begins)).unwrap_or_else(|| panic!("no row {begins:?}"));
    row[place]
}

fn is_told(statements: &str, reports: &str, stands: &Stands) {
    let (figures, filings) = (rows(statements), rows(reports));
    assert_eq!(figures.len(), 1 + 3, "three figures: {statements}");
    let id = stands.statement.to_string();
    let of = |number: &str, column: &str| cell(&figures, &[&id, number], column).to_owned();
    for (number, column, told) in [
        ("1", "figure", "2家"),
        ("1", "measure", "grants"),
        ("1", "bound_by_hand", "1"),
        ("1", "counted_to", "2020-12-31"),
        ("2", "figure", "1.27亿元"),
        ("2", "measure", "net_disbursed"),
        ("2", "low", "126500000.00"),
        ("2", "bound_by_hand", "0"),
        ("2", "counted_to", "2020-03-31"),
        ("2", "verdict", "false"),
        ("3", "unchecked_because", "compared"),
        ("3", "verdict", "not_checkable"),
        ("3", "actor", "ma"),
    ] {
        assert_eq!(of(number, column), told, "{number} {column}: {statements}");
    }
    assert!(of("1", "figure_start").parse::<usize>().unwrap() < of("1", "figure_end").parse::<usize>().unwrap());
    assert_eq!(of("1", "text_sha256").len(), 64);
    let states: Vec<&str> = filings[1..].iter().map(|row| row[filings[0].len() - 5]).collect();
    assert_eq!(states, ["approved", "approved", "refused", "pending"], "{reports}");
    let waits = stands.report_filing.to_string();
    assert_eq!(cell(&filings, &[&waits], "report"), "grants-summary");
    assert_eq!(cell(&filings, &[&waits], "period"), "2020-02");
}

#[tokio::test(flavor = "multi_thread")]
async fn statements_and_filed_reports_are_in_the_package_and_whatever_is_changed_in_them_is_named() {
    let world = World::on_sqlite().await;
    let stands = every_record(&world).await;
    let (db, head) = (&world.door.db, world.head().await);
    let make = async |at: i64| {
        let target = world.folder().join("package.zip");
        let asked = PackageOf { as_of: day(LATE), at: Some(at), gb18030: true, workbooks: true };
        exports::export_package(db, &world.keeper, &head, asked, &target, &mut |_| ()).await.unwrap();
        let (holds, said) = verified(&target, &[]);
        assert!(holds, "{at}: {said}");
        (entries(&target), said)
    };
    // Before somebody said it, nobody had.
    let (before, _) = make(stands.statement - 1).await;
    assert_eq!(text(&before["tables/statements.csv"]).lines().count(), 1);
    let (whole, said) = make(head.position).await;
    assert!(said.contains("2 figures of statements computed again"), "{said}");
    is_told(&text(&whole["tables/statements.csv"]), &text(&whole["tables/filed-reports.csv"]), &stands);
    let zh = text(&whole["tables/data-dictionary.csv"]);
    assert!(zh.contains("filed-reports,报送的报表,report,报表,Report,string,0,"), "{zh}");
    assert!(zh.contains("direct-monthly=直达资金月报") && zh.contains("not_checkable=无法核验"), "{zh}");

    let other = world.folder().join("other.zip");
    for table in ["statements", "filed-reports"] {
        let path = format!("tables/{table}.csv");
        let lines: Vec<String> = text(&whole[&path]).lines().map(ToOwned::to_owned).collect();
        let (last, before) = lines.split_last().unwrap();
        let digit = last.rfind(|c: char| c.is_ascii_digit()).unwrap();
        let put = if last[digit..].starts_with('7') { "8" } else { "7" };
        let changed = [before, &[format!("{}{put}{}", &last[..digit], &last[digit + 1..])]].concat();
        for (how, rows) in
            [("changed", changed), ("added", [lines.clone(), vec![last.clone()]].concat()), ("struck", before.to_vec())]
        {
            let bytes = (rows.join("\r\n") + "\r\n").into_bytes();
            let (holds, said) = verified(&packed(&described_anew(&whole, &path, bytes), other.clone()), &[]);
            assert!(!holds && said.contains(&format!("{table}.csv line ")), "{how}: {said}");
        }
    }

    // A statement that was signed with another figure than the book gives.
    let events = text(&whole["events.jsonl"]);
    let forged = events.lines().map(|line| {
        let mut event: serde_json::Value = serde_json::from_str(line).unwrap();
        if event["kind"] == "statement_checked" {
            let payload = event["payload"].as_str().unwrap().replacen("\"actual\":\"", "\"actual\":\"9", 1);
            event["payload"] = payload.into();
        }
        event.to_string() + "\n"
    });
    let forged: String = forged.collect();
    let (holds, said) = verified(&packed(&described_anew(&whole, "events.jsonl", forged.into()), other), &[]);
    assert!(!holds && said.contains("figure 1 of a statement is "), "{said}");
}
