//! Budget of a policy from one source.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "allotments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub book_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub policy: i64,
    pub document_number: String,
    pub level: String,
    pub direct: i64,
    pub fiscal_year: i64,
    pub functional_class: String,
    pub economic_class: String,
    pub department: String,
    pub share: i64,
    pub starts_on: String,
    pub leaf_hash: Vec<u8>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
