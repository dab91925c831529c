//! One row per book: its head, right edge and settings of origin.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "books")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub book_id: i64,
    pub code: String,
    pub book_uid: String,
    pub name: String,
    pub division: String,
    pub origin: String,
    pub public_key: String,
    pub position: i64,
    pub recorded_at_ms: i64,
    pub edge: Vec<u8>,
    pub projection_version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
