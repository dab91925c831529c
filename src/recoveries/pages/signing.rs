//! What a person may do with what another one prepared, and how the answer goes through the door.

use crate::journal::{Ask, Door};
use crate::kernel::{Refusal, Result};
use crate::people::{Admission, In, Role};
use crate::recoveries::actions::{self, Claim, Verdict};
use crate::recoveries::rules::State;
use crate::recoveries::store::Signed;
use crate::web::Fields;

/// What this person may do. The actions decide once more, under the lock.
#[expect(clippy::struct_excessive_bools, reason = "each is offered or not, on its own")]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Signing {
    /// It waits for another person.
    pub waits: bool,
    /// It waits, and this person prepared it or what it settles.
    pub own: bool,
    /// This person signs or refuses it.
    pub decides: bool,
    /// This person may ask that it be undone.
    pub asks: bool,
    /// Somebody asked for that.
    pub undo_waits: bool,
    /// This person asked for that.
    pub undo_own: bool,
    /// This person decides on that.
    pub undo_decides: bool,
}

impl Signing {
    /// What a person may do with something; `also` are persons who may not sign it either, `askers` the roles that may want
    /// it undone.
    pub fn of<A: Admission>(who: &In<A>, signed: &Signed, also: &[String], askers: &[Role]) -> Self {
        let person = &who.actor().person;
        let (waits, undo_waits) = (signed.state == State::Pending, signed.state == State::UndoPending);
        let own = signed.prepared_person == *person || also.contains(person);
        let undo_own = signed.undo_person.as_ref() == Some(person);
        let reviews = who.has(Role::Reviewer);
        Self {
            waits,
            own: waits && own,
            decides: waits && !own && reviews,
            asks: signed.state == State::Standing && askers.iter().any(|role| who.has(*role)),
            undo_waits,
            undo_own: undo_waits && undo_own,
            undo_decides: undo_waits && !undo_own && reviews,
        }
    }
}

/// The words of one that is to be signed.
#[derive(Debug, Clone)]
pub struct Words {
    /// What will happen.
    pub happens: String,
    /// What the button says.
    pub verb: String,
    /// What undoing it does.
    pub undo_happens: String,
    /// What the button says that has it undone.
    pub undo_verb: String,
}

/// Hands a decision to the door, as the form says it: signed, refused, undone, kept.
pub(super) async fn decide(door: &Door, ask: Ask, claim: Claim, form: &Fields) -> Result<()> {
    let reason = || form.value("reason").to_owned();
    let verdict = match form.value("verdict") {
        "approve" => Verdict::Approved { digest: form.value("digest").to_owned() },
        "refuse" => Verdict::Refused { reason: reason() },
        "undo" => return actions::decide_undo(door, ask, claim, None).await.map(|_| ()),
        "keep" => return actions::decide_undo(door, ask, claim, Some(reason())).await.map(|_| ()),
        _ => return Err(Refusal::new("verdict_missing").into()),
    };
    let done = match claim {
        Claim::Demand(id) => actions::decide_demand(door, ask, id, verdict).await,
        Claim::Receipt(id) => actions::decide_receipt(door, ask, id, verdict).await,
        Claim::Offset(id) => actions::decide_offset(door, ask, id, verdict).await,
    };
    done.map(|_| ())
}

/// The key of what is said after a decision.
pub(super) fn said(form: &Fields) -> &'static str {
    match form.value("verdict") {
        "approve" => "recoveries.done.approved",
        "refuse" => "recoveries.done.refused",
        "undo" => "recoveries.done.undone",
        _ => "recoveries.done.kept",
    }
}
