//! Where bank and book differ.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "discrepancies")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub book_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub line_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub file: i64,
    pub payment: Option<i64>,
    pub book_value: String,
    pub bank_value: String,
    pub state: String,
    pub loaded_person: String,
    pub how: String,
    pub document: String,
    pub note: String,
    pub settled_position: Option<i64>,
    pub settled_by: Option<String>,
    pub settled_person: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
