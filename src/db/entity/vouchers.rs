//! Vouchers, each of one type, month and colour.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "vouchers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub book_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub kind: String,
    pub month: String,
    pub number: i64,
    pub made_on: String,
    pub is_red: i64,
    pub act: String,
    pub subject: i64,
    pub first_position: i64,
    pub last_position: i64,
    pub rules: i64,
    pub summary: String,
    pub attachments: i64,
    pub payment_voucher: String,
    pub sum_fen: i64,
    pub prepared_by: String,
    pub reviewed_by: String,
    pub approved_by: String,
    pub cashiers: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
