//! Warnings, steps and stages in the language of the page.

use crate::funds::Stage;
use crate::grants::events::{
    KIND_GRANT_CANCELLED, KIND_GRANT_EDITED, KIND_GRANT_IMPORTED, KIND_GRANT_RECORDED, KIND_GRANT_REDUCED,
    KIND_GRANT_REFUSED, KIND_GRANT_RETURNED, KIND_GRANT_STRUCK, KIND_GRANT_SUBMITTED, KIND_GRANTS_APPROVED,
};
use crate::grants::rules::Warning;
use crate::web::{T, i18n};

/// A warning as a sentence, with the grant that it points to.
#[derive(Debug, Clone)]
pub struct Said {
    /// The sentence.
    pub text: String,
    /// Another grant that it speaks of.
    pub grant: Option<i64>,
}

/// Says a warning.
pub fn said(t: T, warning: &Warning) -> Said {
    let facts: Vec<(&str, &str)> = warning.facts.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let grant = warning.facts.get("grant").and_then(|id| id.parse().ok());
    Said { text: i18n::fill(t.lang(), warning.key(), &facts), grant }
}

/// How a step looks in the timeline.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Its icon.
    pub icon: &'static str,
    /// Its word in the catalogue.
    pub key: &'static str,
    /// `good`, `bad` or nothing.
    pub class: &'static str,
}

/// The look of an event of this kind.
pub fn look(kind: &str) -> Look {
    let (icon, key, class) = match kind {
        KIND_GRANT_RECORDED => ("plus", "grants.step.recorded", ""),
        KIND_GRANT_IMPORTED => ("file-import", "grants.step.imported", ""),
        KIND_GRANT_EDITED => ("pencil", "grants.step.edited", ""),
        KIND_GRANT_SUBMITTED => ("send", "grants.step.submitted", ""),
        KIND_GRANT_RETURNED => ("arrow-back-up", "grants.step.returned", "bad"),
        KIND_GRANTS_APPROVED => ("check", "grants.step.approved", "good"),
        KIND_GRANT_REFUSED => ("circle-x", "grants.step.refused", "bad"),
        KIND_GRANT_CANCELLED => ("x", "grants.step.cancelled", "bad"),
        KIND_GRANT_STRUCK => ("x", "grants.step.struck", "bad"),
        KIND_GRANT_REDUCED => ("pencil", "grants.step.reduced", "bad"),
        "receipt_approved" => ("receipt-refund", "grants.step.recovered", "bad"),
        "receipt_undo_approved" => ("arrow-back-up", "grants.step.recovery_undone", ""),
        "offset_approved" => ("transfer", "grants.step.offset", ""),
        "offset_undo_approved" => ("arrow-back-up", "grants.step.offset_undone", ""),
        "correction_approved" => ("transfer", "grants.step.corrected", ""),
        _ if kind.starts_with("import_") => ("files", "grants.step.with_import", ""),
        _ => ("circle-dashed", "grants.step.other", ""),
    };
    Look { icon, key, class }
}

/// The stages of money in their order.
pub const STAGES: [Stage; 5] = [Stage::Source, Stage::Available, Stage::Payable, Stage::InTransit, Stage::Disbursed];

/// The word of a stage in the catalogue.
pub const fn stage_key(stage: Stage) -> &'static str {
    match stage {
        Stage::Source => "grants.stage.source",
        Stage::Available => "grants.stage.available",
        Stage::Payable => "grants.stage.payable",
        Stage::InTransit => "grants.stage.in_transit",
        Stage::Disbursed => "grants.stage.disbursed",
    }
}
