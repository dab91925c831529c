//! Files that came from the bank.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bank_files")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub book_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub profile: String,
    pub file_sha256: String,
    pub file_name: String,
    pub paying_account: Option<i64>,
    pub account_number: String,
    pub from_on: Option<String>,
    pub to_on: Option<String>,
    pub opening_fen: Option<i64>,
    pub closing_fen: Option<i64>,
    pub state: String,
    pub lines_count: i64,
    pub applied_count: i64,
    pub first_position: i64,
    pub last_position: i64,
    pub loaded_by: String,
    pub loaded_person: String,
    pub loaded_at_ms: i64,
    pub undo_reason: String,
    pub undo_by: Option<String>,
    pub undo_person: Option<String>,
    pub undo_reviewed_by: Option<String>,
    pub undo_reviewed_person: Option<String>,
    pub profile_version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
