//! Audit samples: how each was drawn, and what was concluded.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "samples")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub book_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub method: String,
    pub strata_by: String,
    pub size: i64,
    pub seed: String,
    pub as_of: String,
    pub at_position: i64,
    pub policy: String,
    pub subdistrict: String,
    pub least_fen: Option<i64>,
    pub most_fen: Option<i64>,
    pub population_count: i64,
    pub population_fen: i64,
    pub population_sha256: String,
    pub drawn_by: String,
    pub drawn_at_ms: i64,
    pub concluded_position: Option<i64>,
    pub summary: String,
    pub concluded_by: Option<String>,
    pub concluded_at_ms: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
