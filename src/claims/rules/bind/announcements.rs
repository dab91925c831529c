//! Announcements as newspapers, work reports and bulletins write them, with what an auditor binds their figures to:
//! `tests/fixtures/claims/announcements.jsonl`. Their answers were written without knowing this program.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{Claim, in_time, read};
use crate::claims::rules::{Calendar, Names, PolicyName, Scope};
use crate::kernel::dates::Day;

const ANNOUNCEMENTS: &str = include_str!("../../../../tests/fixtures/claims/announcements.jsonl");
const POLICIES: &str = include_str!("../../../../tests/fixtures/files/policies.csv");

#[derive(Deserialize)]
struct Announcement {
    text: String,
    claims: Vec<Answer>,
}

/// What a figure is bound to: a measure, or the reason why there is none.
#[derive(Debug, PartialEq, Eq, Deserialize)]
struct Answer {
    text: String,
    measure: String,
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    to: Option<String>,
    #[serde(default)]
    scope: Scope,
}

fn names() -> Names {
    let policy = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        PolicyName {
            code: cells[0].into(),
            title: cells[1].into(),
            document_number: cells[2].into(),
            instrument: cells[3].into(),
        }
    };
    let set = |words: &str| words.split(' ').map(ToOwned::to_owned).collect();
    Names {
        authority: "北仑区纾困资金".into(),
        division: "330206".into(),
        policies: POLICIES.lines().skip(1).map(policy).collect(),
        subdistricts: set(
            "大榭街道 大碶街道 小港街道 戚家山街道 新碶街道 春晓街道 柴桥街道 梅山街道 白峰街道 郭巨街道 霞浦街道",
        ),
        industries: set("C E F G H L O R"),
        begins_on: Day::parse("2020-02-24").ok(),
    }
}

fn answers(text: &str) -> Vec<Answer> {
    let today = Day::parse("2020-12-31").unwrap();
    let mut claims = read(text, &names(), Calendar { year: Some(2020), today });
    in_time(&mut claims, today);
    let answer = |claim: Claim| match claim.measure {
        Ok(measure) => Answer {
            text: claim.text,
            measure: measure.code().to_owned(),
            from: claim.span.from.map(|day| day.to_string()),
            to: Some(claim.span.to.unwrap_or(today).to_string()),
            scope: claim.scope,
        },
        Err(reason) => Answer {
            text: claim.text,
            measure: reason.code().to_owned(),
            from: None,
            to: None,
            scope: Scope::default(),
        },
    };
    claims.into_iter().map(answer).collect()
}

#[test]
fn figures_of_announcements_are_bound_as_an_auditor_binds_them() {
    let mut wrong = Vec::new();
    let mut texts = BTreeSet::new();
    for line in ANNOUNCEMENTS.lines() {
        let announcement: Announcement = serde_json::from_str(line).unwrap();
        let found = answers(&announcement.text);
        if found != announcement.claims {
            wrong.push(format!("{}\n{found:#?}", announcement.text));
        }
        texts.insert(announcement.text);
    }
    assert!(texts.len() > 300, "{} texts", texts.len());
    assert!(wrong.is_empty(), "{} texts:\n{}", wrong.len(), wrong.join("\n"));
}
