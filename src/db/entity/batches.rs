//! Payments sent to the bank together.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "batches")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub book_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub paying_account: Option<i64>,
    pub policy: Option<i64>,
    pub state: String,
    pub payments_count: i64,
    pub sum_fen: i64,
    pub first_position: i64,
    pub last_position: i64,
    pub digest: String,
    pub reason: String,
    pub built_by: String,
    pub built_person: String,
    pub built_at_ms: i64,
    pub released_by: Option<String>,
    pub released_person: Option<String>,
    pub released_at_ms: Option<i64>,
    pub released_on: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
