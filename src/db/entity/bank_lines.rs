//! Lines of files from the bank.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bank_lines")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub book_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub file: i64,
    pub line: i64,
    pub payment: Option<i64>,
    pub written_id: String,
    pub account_name: String,
    pub account_number: String,
    pub amount_fen: Option<i64>,
    pub side: String,
    pub kind: String,
    pub status: String,
    pub reason: String,
    pub bank_serial: String,
    pub completed_on: Option<String>,
    pub applied: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
