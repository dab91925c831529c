//! Grants: what they are. Where they stand is in `grant_lives`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "grants")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub book_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub reference: String,
    pub policy: i64,
    pub recipient: i64,
    pub allotment: Option<i64>,
    pub applied_fen: i64,
    pub amount_fen: i64,
    pub applied_on: String,
    pub paid_on: Option<String>,
    pub award_document: String,
    pub summary: String,
    pub period_from: Option<String>,
    pub period_to: Option<String>,
    pub attachments: i64,
    pub voucher_number: String,
    pub name: String,
    pub name_folded: String,
    pub kind: String,
    pub subdistrict: String,
    pub industry: String,
    pub size: String,
    pub payee_relation: String,
    pub account_name: String,
    pub account_number: String,
    pub bank_code: String,
    pub bank_name: String,
    pub account_change: Option<i64>,
    pub origin: String,
    pub import_id: Option<i64>,
    pub row_line: Option<i64>,
    pub living: i64,
    pub warnings: String,
    pub content_position: i64,
    pub content_leaf: Vec<u8>,
    pub prepared_by: String,
    pub prepared_at_ms: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
