//! The figures of statements that were held against a book.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "statement_figures")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub book_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub statement: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub place: i64,
    pub figure: String,
    pub measure: String,
    pub from_on: Option<String>,
    pub as_of: String,
    pub low: String,
    pub high: String,
    pub exact: String,
    pub verdict: String,
    pub bound_by_hand: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
