//! Payments: what they are. Where they stand is in `payment_lives`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub book_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub batch: i64,
    pub grant_id: i64,
    pub attempt: i64,
    pub previous: Option<i64>,
    pub recipient: i64,
    pub policy: i64,
    pub reference: String,
    pub amount_fen: i64,
    pub account_name: String,
    pub account_number: String,
    pub bank_code: String,
    pub bank_name: String,
    pub living: i64,
    pub leaf_hash: Vec<u8>,
    pub instalment: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
