//! Where grants stand, and by whom they are judged.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "grant_lives")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub book_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub grant_id: i64,
    pub state: String,
    pub prepared_person: String,
    pub reduced_by: Option<String>,
    pub reduced_person: Option<String>,
    pub reviewed_by: Option<String>,
    pub reviewed_person: Option<String>,
    pub reviewed_at_ms: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
