//! Documents that were filed.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "documents")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub book_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub number: String,
    pub title: String,
    pub kind: String,
    pub dated_on: String,
    pub file_name: String,
    pub file_sha256: String,
    pub media: String,
    pub file_bytes: i64,
    pub filed_by: String,
    pub filed_at_ms: i64,
    pub struck_position: Option<i64>,
    pub struck_because: String,
    pub struck_by: Option<String>,
    pub struck_at_ms: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
