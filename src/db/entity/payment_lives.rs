//! Where payments stand, and by whom they are judged.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payment_lives")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub book_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub payment_id: i64,
    pub state: String,
    pub grant_prepared_person: String,
    pub grant_reduced_person: Option<String>,
    pub built_person: String,
    pub released_person: Option<String>,
    pub released_on: Option<String>,
    pub completed_on: Option<String>,
    pub bank_serial: String,
    pub reason: String,
    pub reissued: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
