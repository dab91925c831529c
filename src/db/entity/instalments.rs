//! The parts of a schedule and how far their conditions are met.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "instalments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub book_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub schedule: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    pub grant_id: i64,
    pub amount_fen: i64,
    pub share: String,
    pub condition: String,
    pub due_on: String,
    pub met: String,
    pub met_on: Option<String>,
    pub met_document: String,
    pub met_leaf: Option<Vec<u8>>,
    pub met_by: Option<String>,
    pub met_person: Option<String>,
    pub met_reviewed_by: Option<String>,
    pub met_reviewed_person: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
