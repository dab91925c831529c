//! The life of a grant: states that hold who did what, and steps that consume them. A step that a state does not
//! have is a refusal; an approved grant without a second person cannot be built.

use crate::kernel::Refusal;

/// Where a grant stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// 草稿: its preparer still writes.
    Draft,
    /// 待复核: waits for a second person.
    Submitted,
    /// 待支付: approved, its money is payable.
    Approved,
    /// 支付中: on its way with a batch.
    InBatch,
    /// 部分发放: some of its parts arrived, others did not yet.
    PartPaid,
    /// 已发放: the money arrived.
    Paid,
    /// 退汇: the money came back.
    Returned,
    /// 追回: the money was taken back.
    Recovered,
    /// 不予发放: a second person refused it.
    Refused,
    /// 取消: given up before it was paid.
    Cancelled,
    /// 剔除: struck out of its file in review.
    Struck,
    /// 撤销: its file was undone.
    Undone,
    /// 更正: its booking was wrong; another grant stands in its place.
    Corrected,
}

impl State {
    /// All states, in the order of a life.
    pub const ALL: [Self; 13] = [
        Self::Draft,
        Self::Submitted,
        Self::Approved,
        Self::InBatch,
        Self::PartPaid,
        Self::Paid,
        Self::Returned,
        Self::Recovered,
        Self::Refused,
        Self::Cancelled,
        Self::Struck,
        Self::Undone,
        Self::Corrected,
    ];

    /// The word of tables, files and addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Approved => "approved",
            Self::InBatch => "in_batch",
            Self::PartPaid => "part_paid",
            Self::Paid => "paid",
            Self::Returned => "returned",
            Self::Recovered => "recovered",
            Self::Refused => "refused",
            Self::Cancelled => "cancelled",
            Self::Struck => "struck",
            Self::Undone => "undone",
            Self::Corrected => "corrected",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether the grant counts: against the cap of its recipient, and for its reference.
    pub const fn is_living(self) -> bool {
        !matches!(self, Self::Refused | Self::Cancelled | Self::Struck | Self::Undone | Self::Corrected)
    }
}

/// What can be done to a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Its preparer changes the draft.
    Edit,
    /// Its preparer sends the draft to review.
    Submit,
    /// Its preparer gives the draft up.
    Withdraw,
    /// It goes back to its preparer with a reason.
    GiveBack,
    /// Its amount is reduced in review; who does that becomes a preparer of it.
    Reduce,
    /// It is struck out of its file in review.
    Strike,
    /// A second person approves it: its money becomes payable.
    Approve,
    /// A second person takes over that it was paid before the book began.
    TakeOver,
    /// A second person refuses it.
    Refuse,
    /// It is given up before it is paid.
    Cancel,
    /// Its file is undone; the two people of that are the import's.
    Undo,
    /// All that was paid is taken back; the two people of that are the receipt's.
    Recover,
    /// Its booking is corrected; the two people of that are the correction's.
    Correct,
}

impl Step {
    /// All steps.
    pub const ALL: [Self; 13] = [
        Self::Edit,
        Self::Submit,
        Self::Withdraw,
        Self::GiveBack,
        Self::Reduce,
        Self::Strike,
        Self::Approve,
        Self::TakeOver,
        Self::Refuse,
        Self::Cancel,
        Self::Undo,
        Self::Recover,
        Self::Correct,
    ];

    /// The word in a refusal.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::Submit => "submit",
            Self::Withdraw => "withdraw",
            Self::GiveBack => "give_back",
            Self::Reduce => "reduce",
            Self::Strike => "strike",
            Self::Approve => "approve",
            Self::TakeOver => "take_over",
            Self::Refuse => "refuse",
            Self::Cancel => "cancel",
            Self::Undo => "undo",
            Self::Recover => "recover",
            Self::Correct => "correct",
        }
    }
}

/// The persons who made a grant what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    by: String,
    reduced: Option<String>,
}

impl Prepared {
    /// Only its preparer goes on.
    fn own(self, person: &str) -> Result<Self, Refusal> {
        if self.by == person { Ok(self) } else { Err(Refusal::new("draft_of_another")) }
    }

    /// One person reduces a grant; a second one would hide who the first was.
    fn reduced_by(self, person: &str) -> Result<Self, Refusal> {
        match &self.reduced {
            Some(before) if before != person => Err(Refusal::new("reduced_before")),
            _ => Ok(Self { reduced: Some(person.to_owned()), ..self }),
        }
    }

    /// The only way to a reviewed grant: nobody reviews what the same person prepared or reduced.
    fn reviewed_by(self, person: &str) -> Result<Reviewed, Refusal> {
        if self.by == person || self.reduced.as_deref() == Some(person) {
            return Err(Refusal::new("two_people"));
        }
        Ok(Reviewed { prepared: self, by: person.to_owned() })
    }
}

/// A grant's preparers and the other person who reviewed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviewed {
    prepared: Prepared,
    by: String,
}

/// The life of one grant, with the persons by whom it is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Life {
    /// See [`State::Draft`].
    Draft(Prepared),
    /// See [`State::Submitted`].
    Submitted(Prepared),
    /// Given up as a draft: [`State::Cancelled`] without a reviewer.
    Withdrawn(Prepared),
    /// See [`State::Struck`].
    Struck(Prepared),
    /// See [`State::Refused`].
    Refused(Reviewed),
    /// See [`State::Approved`].
    Approved(Reviewed),
    /// See [`State::Cancelled`].
    Cancelled(Reviewed),
    /// See [`State::InBatch`].
    InBatch(Reviewed),
    /// See [`State::PartPaid`].
    PartPaid(Reviewed),
    /// See [`State::Paid`].
    Paid(Reviewed),
    /// See [`State::Returned`].
    Returned(Reviewed),
    /// See [`State::Recovered`].
    Recovered(Reviewed),
    /// See [`State::Undone`].
    Undone(Reviewed),
    /// See [`State::Corrected`].
    Corrected(Reviewed),
}

impl Life {
    /// A new grant, as a draft or sent to review at once.
    pub fn begin(person: &str, submitted: bool) -> Self {
        let prepared = Prepared { by: person.to_owned(), reduced: None };
        if submitted { Self::Submitted(prepared) } else { Self::Draft(prepared) }
    }

    /// The life that a row tells; none if the row cannot be: approved without a second person.
    pub fn of(state: State, prepared: &str, reduced: Option<&str>, reviewed: Option<&str>) -> Option<Self> {
        let prepared = Prepared { by: prepared.to_owned(), reduced: reduced.map(str::to_owned) };
        match (state, reviewed) {
            (State::Draft, None) => Some(Self::Draft(prepared)),
            (State::Submitted, None) => Some(Self::Submitted(prepared)),
            (State::Cancelled, None) => Some(Self::Withdrawn(prepared)),
            (State::Struck, None) => Some(Self::Struck(prepared)),
            (_, Some(person)) => prepared.reviewed_by(person).ok().and_then(|reviewed| Self::after(state, reviewed)),
            _ => None,
        }
    }

    fn after(state: State, reviewed: Reviewed) -> Option<Self> {
        Some(match state {
            State::Refused => Self::Refused(reviewed),
            State::Approved => Self::Approved(reviewed),
            State::Cancelled => Self::Cancelled(reviewed),
            State::InBatch => Self::InBatch(reviewed),
            State::PartPaid => Self::PartPaid(reviewed),
            State::Paid => Self::Paid(reviewed),
            State::Returned => Self::Returned(reviewed),
            State::Recovered => Self::Recovered(reviewed),
            State::Undone => Self::Undone(reviewed),
            State::Corrected => Self::Corrected(reviewed),
            State::Draft | State::Submitted | State::Struck => return None,
        })
    }

    /// Where it stands.
    pub const fn state(&self) -> State {
        match self {
            Self::Draft(_) => State::Draft,
            Self::Submitted(_) => State::Submitted,
            Self::Withdrawn(_) | Self::Cancelled(_) => State::Cancelled,
            Self::Struck(_) => State::Struck,
            Self::Refused(_) => State::Refused,
            Self::Approved(_) => State::Approved,
            Self::InBatch(_) => State::InBatch,
            Self::PartPaid(_) => State::PartPaid,
            Self::Paid(_) => State::Paid,
            Self::Returned(_) => State::Returned,
            Self::Recovered(_) => State::Recovered,
            Self::Undone(_) => State::Undone,
            Self::Corrected(_) => State::Corrected,
        }
    }

    /// The person who reviewed it, if one did.
    pub fn reviewer(&self) -> Option<&str> {
        match self {
            Self::Draft(_) | Self::Submitted(_) | Self::Withdrawn(_) | Self::Struck(_) => None,
            Self::Refused(reviewed)
            | Self::Approved(reviewed)
            | Self::Cancelled(reviewed)
            | Self::InBatch(reviewed)
            | Self::PartPaid(reviewed)
            | Self::Paid(reviewed)
            | Self::Returned(reviewed)
            | Self::Recovered(reviewed)
            | Self::Undone(reviewed)
            | Self::Corrected(reviewed) => Some(&reviewed.by),
        }
    }

    /// Takes a step.
    ///
    /// Refusals: `illegal_step` (`step`, `state`), `draft_of_another`, `reduced_before`, `two_people`.
    pub fn take(self, step: Step, person: &str) -> Result<Self, Refusal> {
        match (self, step) {
            (Self::Draft(prepared), Step::Edit) => prepared.own(person).map(Self::Draft),
            (Self::Draft(prepared), Step::Submit) => prepared.own(person).map(Self::Submitted),
            (Self::Draft(prepared), Step::Withdraw) => prepared.own(person).map(Self::Withdrawn),
            (Self::Submitted(prepared), Step::GiveBack) => Ok(Self::Draft(prepared)),
            (Self::Submitted(prepared), Step::Reduce) => prepared.reduced_by(person).map(Self::Submitted),
            (Self::Submitted(prepared), Step::Strike) => Ok(Self::Struck(prepared)),
            (Self::Submitted(prepared), Step::Approve) => prepared.reviewed_by(person).map(Self::Approved),
            (Self::Submitted(prepared), Step::TakeOver) => prepared.reviewed_by(person).map(Self::Paid),
            (Self::Submitted(prepared), Step::Refuse) => prepared.reviewed_by(person).map(Self::Refused),
            (Self::Approved(reviewed), Step::Cancel) => Ok(Self::Cancelled(reviewed)),
            (Self::Approved(reviewed) | Self::Paid(reviewed), Step::Undo) => Ok(Self::Undone(reviewed)),
            (Self::Paid(reviewed), Step::Recover) => Ok(Self::Recovered(reviewed)),
            (Self::Paid(reviewed), Step::Correct) => Ok(Self::Corrected(reviewed)),
            (life, step) => {
                Err(Refusal::new("illegal_step").with("step", step.code()).with("state", life.state().code()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    const PEOPLE: [&str; 3] = ["wang", "li", "zhao"];

    type Take = fn(Life, Step, &str) -> Result<Life, Refusal>;

    /// What happened to a grant, kept apart from what the life itself remembers.
    #[derive(Clone)]
    struct Witness {
        preparers: BTreeSet<String>,
        reviewers: BTreeSet<String>,
    }

    /// Walks every sequence of people and steps to `depth` and counts approved grants that one person made alone.
    fn alone(take: Take, life: &Life, witness: &Witness, depth: u32) -> (u64, u64) {
        let mut counted = (1, 0);
        if matches!(life.state(), State::Approved | State::Paid) && witness.reviewers.is_subset(&witness.preparers) {
            counted.1 += 1;
        }
        if depth == 0 {
            return counted;
        }
        for (step, person) in Step::ALL.into_iter().flat_map(|step| PEOPLE.map(|person| (step, person))) {
            let Ok(next) = take(life.clone(), step, person) else { continue };
            let mut seen = witness.clone();
            match step {
                Step::Edit | Step::Reduce => _ = seen.preparers.insert(person.to_owned()),
                Step::Approve | Step::TakeOver => _ = seen.reviewers.insert(person.to_owned()),
                _ => {}
            }
            let below = alone(take, &next, &seen, depth - 1);
            counted = (counted.0 + below.0, counted.1 + below.1);
        }
        counted
    }

    fn from_every_beginning(take: Take) -> (u64, u64) {
        let mut counted = (0, 0);
        for (person, submitted) in PEOPLE.into_iter().flat_map(|person| [(person, false), (person, true)]) {
            let witness = Witness { preparers: BTreeSet::from([person.to_owned()]), reviewers: BTreeSet::new() };
            let below = alone(take, &Life::begin(person, submitted), &witness, 5);
            counted = (counted.0 + below.0, counted.1 + below.1);
        }
        counted
    }

    #[test]
    fn no_sequence_of_three_people_approves_a_grant_that_one_of_them_made_alone() {
        let (lives, alone) = from_every_beginning(Life::take);
        assert!(lives > 5_000, "{lives} lives are not all");
        assert_eq!(alone, 0);
    }

    #[test]
    fn the_same_walk_finds_a_life_that_forgets_the_second_person() {
        fn forgetful(life: Life, step: Step, person: &str) -> Result<Life, Refusal> {
            match (life, step) {
                (Life::Submitted(prepared), Step::Approve) => {
                    Ok(Life::Approved(Reviewed { prepared, by: person.to_owned() }))
                }
                (life, step) => life.take(step, person),
            }
        }
        assert!(from_every_beginning(forgetful).1 > 0);
    }

    #[test]
    fn the_same_walk_finds_a_life_that_forgets_who_reduced() {
        fn forgetful(life: Life, step: Step, person: &str) -> Result<Life, Refusal> {
            match (life, step) {
                (Life::Submitted(prepared), Step::Reduce) => Ok(Life::Submitted(prepared)),
                (life, step) => life.take(step, person),
            }
        }
        // The reducer approves: the walk must see that this reviewer prepared the row too.
        let mut life = Life::begin("wang", true);
        life = forgetful(life, Step::Reduce, "li").unwrap();
        assert!(forgetful(life, Step::Approve, "li").is_ok());
        assert!(from_every_beginning(forgetful).1 > 0);
    }

    #[test]
    fn a_grant_is_recorded_reviewed_and_given_up() {
        let life = Life::begin("wang", false).take(Step::Edit, "wang").unwrap().take(Step::Submit, "wang").unwrap();
        let life = life.take(Step::Approve, "li").unwrap();
        assert_eq!((life.state(), life.reviewer()), (State::Approved, Some("li")));
        assert_eq!(life.take(Step::Cancel, "zhao").unwrap().state(), State::Cancelled);
    }

    #[test]
    fn an_illegal_step_is_a_refusal_that_names_it() {
        let refusal = Life::begin("wang", false).take(Step::Approve, "li").unwrap_err();
        assert_eq!(refusal.code, "illegal_step");
        assert_eq!(refusal.facts, [("step", "approve".to_owned()), ("state", "draft".to_owned())]);
    }

    #[test]
    fn only_the_preparer_touches_a_draft() {
        for step in [Step::Edit, Step::Submit, Step::Withdraw] {
            assert_eq!(Life::begin("wang", false).take(step, "li").unwrap_err().code, "draft_of_another");
        }
    }

    #[test]
    fn a_row_is_reduced_by_one_person_only_who_may_not_review_it() {
        let life = Life::begin("wang", true).take(Step::Reduce, "li").unwrap().take(Step::Reduce, "li").unwrap();
        assert_eq!(life.clone().take(Step::Reduce, "zhao").unwrap_err().code, "reduced_before");
        assert_eq!(life.clone().take(Step::Approve, "li").unwrap_err().code, "two_people");
        assert!(life.take(Step::Approve, "zhao").is_ok());
    }

    #[test]
    fn a_row_that_one_person_made_alone_is_no_life() {
        assert!(Life::of(State::Approved, "wang", None, None).is_none());
        assert!(Life::of(State::Approved, "wang", None, Some("wang")).is_none());
        assert!(Life::of(State::Approved, "wang", Some("li"), Some("li")).is_none());
        assert!(Life::of(State::Approved, "wang", None, Some("li")).is_some());
        assert!(Life::of(State::Draft, "wang", None, Some("li")).is_none());
    }

    proptest! {
        #[test]
        fn every_life_is_found_again_in_the_row_it_leaves(
            steps in prop::collection::vec((0_usize..11, 0_usize..3), 0..8),
            submitted in any::<bool>(),
        ) {
            let mut life = Life::begin("wang", submitted);
            let mut reduced = None;
            for (step, person) in steps {
                let (step, person) = (Step::ALL[step], PEOPLE[person]);
                if let Ok(next) = life.clone().take(step, person) {
                    life = next;
                    if step == Step::Reduce {
                        reduced = Some(person);
                    }
                }
            }
            let found = Life::of(life.state(), "wang", reduced, life.reviewer());
            prop_assert_eq!(found, Some(life));
        }

        #[test]
        fn words_of_states_are_read_again(index in 0_usize..11) {
            let state = State::ALL[index];
            prop_assert_eq!(State::from_code(state.code()), Some(state));
        }
    }

    #[test]
    fn a_dead_grant_takes_no_step() {
        for state in State::ALL.into_iter().filter(|state| !state.is_living()) {
            let reviewed = if state == State::Struck { None } else { Some("li") };
            let Some(life) = Life::of(state, "wang", None, reviewed) else { panic!("{state:?}") };
            for (step, person) in Step::ALL.into_iter().flat_map(|step| PEOPLE.map(|person| (step, person))) {
                assert_eq!(life.clone().take(step, person).unwrap_err().code, "illegal_step");
            }
        }
    }
}
