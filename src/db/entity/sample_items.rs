//! The grants of audit samples.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sample_items")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub book_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub sample: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub grant_id: i64,
    pub reference: String,
    pub stratum: String,
    pub amount_fen: i64,
    pub hits: i64,
    pub certain: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
