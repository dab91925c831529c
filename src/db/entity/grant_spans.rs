//! When a grant stood above zero, known from and until a position.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "grant_spans")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub book_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub grant_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub opened_at: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub from_on: String,
    pub to_on: Option<String>,
    pub closed_at: Option<i64>,
    pub policy: i64,
    pub recipient: i64,
    pub subdistrict: String,
    pub industry: String,
    pub size: String,
    pub kind: String,
    pub first_on: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
