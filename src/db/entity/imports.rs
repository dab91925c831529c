//! Files taken whole.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "imports")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub book_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub what: String,
    pub file_sha256: String,
    pub file_name: String,
    pub unit: String,
    pub rows_count: i64,
    pub sum_fen: i64,
    pub first_position: i64,
    pub last_position: i64,
    pub state: String,
    pub prepared_by: String,
    pub prepared_person: String,
    pub prepared_at_ms: i64,
    pub reviewed_by: Option<String>,
    pub reviewed_person: Option<String>,
    pub reviewed_at_ms: Option<i64>,
    pub digest: String,
    pub reason: String,
    pub undo_position: Option<i64>,
    pub undo_by: Option<String>,
    pub undo_person: Option<String>,
    pub undo_reviewed_by: Option<String>,
    pub undo_reviewed_person: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
