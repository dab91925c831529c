//! Bookings of grants that were corrected.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "corrections")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub book_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub grant_id: i64,
    pub recipient: i64,
    pub reference: String,
    pub policy: i64,
    pub amount_fen: i64,
    pub overpaid_fen: i64,
    pub right_on: String,
    pub due_on: Option<String>,
    pub document: String,
    pub reason: String,
    pub state: String,
    pub remark: String,
    pub earlier_year: i64,
    pub right_grant: Option<i64>,
    pub leaf_hash: Vec<u8>,
    pub prepared_by: String,
    pub prepared_person: String,
    pub prepared_at_ms: i64,
    pub reviewed_by: Option<String>,
    pub reviewed_person: Option<String>,
    pub reviewed_at_ms: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
