//! Holds with their documents, days and people.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "holds")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub book_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub grant_id: Option<i64>,
    pub recipient: Option<i64>,
    pub kind: String,
    pub document: String,
    pub reason: String,
    pub from_on: String,
    pub until_on: String,
    pub state: String,
    pub leaf_hash: Vec<u8>,
    pub set_by: String,
    pub set_person: String,
    pub set_at_ms: i64,
    pub confirmed_by: Option<String>,
    pub confirmed_person: Option<String>,
    pub confirmed_at_ms: Option<i64>,
    pub lift_document: String,
    pub lift_reason: String,
    pub lift_leaf: Option<Vec<u8>>,
    pub lift_by: Option<String>,
    pub lift_person: Option<String>,
    pub lift_at_ms: Option<i64>,
    pub lifted_by: Option<String>,
    pub lifted_person: Option<String>,
    pub lifted_at_ms: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
