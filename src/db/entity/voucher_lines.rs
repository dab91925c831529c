//! Entries of vouchers.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "voucher_lines")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub book_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub voucher: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub line: i64,
    pub side: String,
    pub account: String,
    pub account_name: String,
    pub words: String,
    pub policy: i64,
    pub allotment: i64,
    pub debit_fen: i64,
    pub credit_fen: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
