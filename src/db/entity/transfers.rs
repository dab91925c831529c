//! One exact amount from one stage to another.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "transfers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub book_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub line: i64,
    pub allotment: i64,
    pub policy: i64,
    pub grant_id: Option<i64>,
    pub recipient: Option<i64>,
    pub from_stage: String,
    pub to_stage: String,
    pub amount_fen: i64,
    pub effective_on: String,
    pub kind: String,
    pub subdistrict: String,
    pub industry: String,
    pub size: String,
    pub reverses_position: Option<i64>,
    pub reverses_line: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
