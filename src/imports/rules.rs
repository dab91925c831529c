//! The life of an import and who may take it a step further. Pure: facts in, decisions or refusals out.

use super::reading::What;
use crate::kernel::{Refusal, text};

/// Longest reason, in characters.
pub const REASON_MAX: usize = 500;

/// Where an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ImportState {
    /// Its rows are being written; never seen outside the command that writes them.
    Open,
    /// 待复核: its rows wait for a second person.
    Submitted,
    /// 已通过: a second person signed its rows.
    Approved,
    /// 不予通过: a second person refused it.
    Refused,
    /// 已撤回: its preparer took it back.
    Withdrawn,
    /// 待撤销: somebody prepared that it be undone.
    UndoPending,
    /// 已撤销: every transfer was reversed.
    Undone,
}

impl ImportState {
    /// All states, in the order of a life.
    pub const ALL: [Self; 7] =
        [Self::Open, Self::Submitted, Self::Approved, Self::Refused, Self::Withdrawn, Self::UndoPending, Self::Undone];

    /// The word of tables, files and addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Submitted => "submitted",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::UndoPending => "undo_pending",
            Self::Undone => "undone",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// What can be done to an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportStep {
    /// A second person signs its rows.
    Approve,
    /// A second person refuses it whole.
    Refuse,
    /// Its preparer takes it back.
    Withdraw,
    /// Somebody prepares that it be undone.
    PrepareUndo,
    /// A second person has it undone.
    ApproveUndo,
    /// A second person lets it stand.
    RefuseUndo,
}

impl ImportStep {
    const fn code(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Refuse => "refuse",
            Self::Withdraw => "withdraw",
            Self::PrepareUndo => "undo",
            Self::ApproveUndo => "undo_approve",
            Self::RefuseUndo => "undo_refuse",
        }
    }
}

/// What a step is judged by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Life {
    /// What the file holds.
    pub what: What,
    /// Where it stands.
    pub state: ImportState,
    /// The person who brought it.
    pub prepared_person: String,
    /// The persons who reduced one of its rows.
    pub reducers: Vec<String>,
    /// The person who prepared that it be undone.
    pub undo_person: Option<String>,
}

/// The state after a step of this person.
///
/// Refusals: `import_step` (`step`, `state`), `two_people`, `not_preparer`, `undo_history_only`.
pub fn take(life: &Life, step: ImportStep, person: &str) -> Result<ImportState, Refusal> {
    use ImportState as S;
    match (life.state, step) {
        (S::Submitted, ImportStep::Approve | ImportStep::Refuse) => {
            other_than(person, &life.prepared_person)?;
            life.reducers.iter().try_for_each(|reducer| other_than(person, reducer))?;
            Ok(if step == ImportStep::Approve { S::Approved } else { S::Refused })
        }
        (S::Submitted, ImportStep::Withdraw) if life.prepared_person == person => Ok(S::Withdrawn),
        (S::Submitted, ImportStep::Withdraw) => Err(Refusal::new("not_preparer")),
        (S::Approved, ImportStep::PrepareUndo) if life.what == What::History => Ok(S::UndoPending),
        (S::Approved, ImportStep::PrepareUndo) => Err(Refusal::new("undo_history_only")),
        (S::UndoPending, ImportStep::ApproveUndo | ImportStep::RefuseUndo) => {
            life.undo_person.iter().try_for_each(|preparer| other_than(person, preparer))?;
            Ok(if step == ImportStep::ApproveUndo { S::Undone } else { S::Approved })
        }
        (state, step) => Err(Refusal::new("import_step").with("step", step.code()).with("state", state.code())),
    }
}

/// Nobody decides what that same person prepared.
fn other_than(person: &str, preparer: &str) -> Result<(), Refusal> {
    if person == preparer { Err(Refusal::new("two_people")) } else { Ok(()) }
}

/// What was signed must be what is there.
///
/// Refusal: `digest_changed` (`signed`, `now`), each shortened for the eye.
pub fn same_digest(signed: &str, now: &str) -> Result<(), Refusal> {
    if signed.eq_ignore_ascii_case(now) {
        return Ok(());
    }
    let short = |digest: &str| digest.chars().take(12).collect::<String>();
    Err(Refusal::new("digest_changed").at("digest").with("signed", short(signed)).with("now", short(now)))
}

/// A reason that a person gave.
///
/// Refusals: `reason_needed`, those of [`text::clean`].
pub fn reason(written: &str) -> Result<String, Refusal> {
    let reason = text::clean(written, REASON_MAX).map_err(|refusal| refusal.at("reason"))?;
    if reason.is_empty() { Err(Refusal::new("reason_needed").at("reason")) } else { Ok(reason) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEOPLE: [&str; 3] = ["wang", "li", "zhao"];
    const STEPS: [ImportStep; 6] = [
        ImportStep::Approve,
        ImportStep::Refuse,
        ImportStep::Withdraw,
        ImportStep::PrepareUndo,
        ImportStep::ApproveUndo,
        ImportStep::RefuseUndo,
    ];

    fn life(what: What) -> Life {
        Life {
            what,
            state: ImportState::Submitted,
            prepared_person: "wang".into(),
            reducers: Vec::new(),
            undo_person: None,
        }
    }

    /// Walks every sequence of people and steps and counts decisions that one person took alone.
    fn alone(life: &Life, depth: u32, seen: &mut u64) -> u64 {
        *seen += 1;
        if depth == 0 {
            return 0;
        }
        let mut found = 0;
        for (step, person) in STEPS.into_iter().flat_map(|step| PEOPLE.map(|person| (step, person))) {
            let Ok(state) = take(life, step, person) else { continue };
            let mut next = Life { state, ..life.clone() };
            let own = match step {
                ImportStep::Approve | ImportStep::Refuse => {
                    life.prepared_person == person || life.reducers.iter().any(|reducer| reducer == person)
                }
                ImportStep::ApproveUndo | ImportStep::RefuseUndo => life.undo_person.as_deref() == Some(person),
                ImportStep::PrepareUndo => {
                    next.undo_person = Some(person.to_owned());
                    false
                }
                ImportStep::Withdraw => false,
            };
            found += u64::from(own) + alone(&next, depth - 1, seen);
        }
        found
    }

    #[test]
    fn no_sequence_of_three_people_decides_what_one_of_them_prepared() {
        let mut seen = 0;
        for reducers in [vec![], vec!["li".to_owned()]] {
            assert_eq!(alone(&Life { reducers, ..life(What::History) }, 5, &mut seen), 0);
        }
        assert!(seen > 50, "{seen} lives are not all");
    }

    #[test]
    fn who_reduced_a_row_does_not_approve_the_file() {
        let life = Life { reducers: vec!["li".into()], ..life(What::Grants) };
        assert_eq!(take(&life, ImportStep::Approve, "li").unwrap_err().code, "two_people");
        assert_eq!(take(&life, ImportStep::Approve, "zhao").unwrap(), ImportState::Approved);
    }

    #[test]
    fn only_its_preparer_withdraws_and_only_history_is_undone() {
        assert_eq!(take(&life(What::Grants), ImportStep::Withdraw, "li").unwrap_err().code, "not_preparer");
        assert_eq!(take(&life(What::Grants), ImportStep::Withdraw, "wang").unwrap(), ImportState::Withdrawn);
        let approved = Life { state: ImportState::Approved, ..life(What::Grants) };
        assert_eq!(take(&approved, ImportStep::PrepareUndo, "li").unwrap_err().code, "undo_history_only");
        let refusal = take(&approved, ImportStep::Approve, "li").unwrap_err();
        assert_eq!((refusal.code, refusal.facts[1].1.as_str()), ("import_step", "approved"));
    }

    #[test]
    fn every_state_is_read_back() {
        for state in ImportState::ALL {
            assert_eq!(ImportState::from_code(state.code()), Some(state));
        }
        assert_eq!(ImportState::from_code("gone"), None);
    }

    #[test]
    fn a_digest_is_the_same_or_named() {
        assert!(same_digest("AB", "ab").is_ok());
        assert_eq!(same_digest("ab", "ac").unwrap_err().code, "digest_changed");
        assert_eq!(reason("  ").unwrap_err().code, "reason_needed");
        assert_eq!(reason(" 重复导入 ").unwrap(), "重复导入");
    }
}
