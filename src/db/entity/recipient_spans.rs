//! When a recipient stood above zero, known from and until a position.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "recipient_spans")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub book_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub recipient: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub opened_at: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub from_on: String,
    pub to_on: Option<String>,
    pub closed_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
