//! Roll-up of disbursed and returned by group values and day, at the head.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "paid_days")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub book_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub policy: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub subdistrict: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub industry: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub size: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub effective_on: String,
    pub paid_fen: i64,
    pub returned_fen: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
