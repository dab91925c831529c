//! What a bank was asked, and what it answered.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "inquiries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub book_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub batch: Option<i64>,
    pub paying_account: Option<i64>,
    pub until_on: Option<String>,
    pub document: String,
    pub note: String,
    pub made_by: String,
    pub made_at_ms: i64,
    pub answered_position: Option<i64>,
    pub answer_document: String,
    pub answer: String,
    pub answered_by: Option<String>,
    pub answered_at_ms: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
