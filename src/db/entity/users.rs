//! Accounts of people.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub actor_uid: String,
    pub person: String,
    pub login: String,
    pub name: String,
    pub password_hash: String,
    pub password_changed_at_ms: i64,
    pub disabled_at_ms: Option<i64>,
    pub created_at_ms: i64,
    pub language: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
