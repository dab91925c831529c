//! Money that is demanded back.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "demands")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub book_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub grant_id: i64,
    pub recipient: i64,
    pub amount_fen: i64,
    pub received_fen: i64,
    pub document: String,
    pub reason: String,
    pub due_on: String,
    pub correction: Option<i64>,
    pub state: String,
    pub remark: String,
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
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
