//! Reports that were handed in.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "report_filings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub book_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub report: String,
    pub as_of: String,
    pub at_position: i64,
    pub unit: String,
    pub rows_count: i64,
    pub content_sha256: String,
    pub state: String,
    pub refused_because: String,
    pub leaf_hash: Vec<u8>,
    pub prepared_by: String,
    pub prepared_person: String,
    pub prepared_name: String,
    pub prepared_at_ms: i64,
    pub reviewed_by: Option<String>,
    pub reviewed_person: Option<String>,
    pub reviewed_name: Option<String>,
    pub reviewed_at_ms: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
