//! Profiles of bank files that staff keep, version by version.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bank_profiles")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub book_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub direction: String,
    pub name: String,
    pub version: i64,
    pub toml: String,
    pub reason: String,
    pub state: String,
    pub leaf_hash: Vec<u8>,
    pub prepared_by: String,
    pub prepared_person: String,
    pub prepared_at_ms: i64,
    pub reviewed_by: Option<String>,
    pub reviewed_person: Option<String>,
    pub reviewed_at_ms: Option<i64>,
    pub retired_at: Option<i64>,
    pub retired_by: Option<String>,
    pub retired_reason: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
