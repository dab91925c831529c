//! Reconciliations that were prepared and signed.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reconciliations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub book_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub scope: String,
    pub batch: Option<i64>,
    pub paying_account: Option<i64>,
    pub from_on: Option<String>,
    pub to_on: Option<String>,
    pub state: String,
    pub at_position: i64,
    pub digest: String,
    pub bank_fen: i64,
    pub book_fen: i64,
    pub adjusted_fen: i64,
    pub prepared_by: String,
    pub prepared_person: String,
    pub prepared_at_ms: i64,
    pub signed_by: Option<String>,
    pub signed_person: Option<String>,
    pub signed_at_ms: Option<i64>,
    pub reason: String,
    pub reopen_by: Option<String>,
    pub reopen_person: Option<String>,
    pub reopen_reviewed_by: Option<String>,
    pub reopen_reviewed_person: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
