//! Files that were made for the bank.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payment_files")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub book_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub part: i64,
    pub batch: i64,
    pub profile: String,
    pub file_sha256: String,
    pub file_name: String,
    pub payments_count: i64,
    pub sum_fen: i64,
    pub made_by: String,
    pub made_at_ms: i64,
    pub profile_version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
