//! Money that came back.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "receipts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub book_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub demand: i64,
    pub grant_id: i64,
    pub amount_fen: i64,
    pub document: String,
    pub received_on: String,
    pub destination: String,
    pub state: String,
    pub remark: String,
    pub moved_at: Option<i64>,
    pub leaf_hash: Vec<u8>,
    pub prepared_by: String,
    pub prepared_person: String,
    pub prepared_at_ms: i64,
    pub reviewed_by: Option<String>,
    pub reviewed_person: Option<String>,
    pub reviewed_at_ms: Option<i64>,
    pub undo_by: Option<String>,
    pub undo_person: Option<String>,
    pub undo_reviewed_by: Option<String>,
    pub undo_reviewed_person: Option<String>,
    pub paying_account: Option<i64>,
    pub undone_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
