//! What `app.js` draws: labels, links and series of exact values.

use serde::Serialize;

use crate::kernel::{Error, Result};

/// A chart.
#[derive(Debug, Serialize)]
pub struct Chart {
    /// `columns` or `bars`.
    pub kind: &'static str,
    /// One a place.
    pub labels: Vec<String>,
    /// Where each place leads.
    pub links: Vec<String>,
    /// What is drawn at each place.
    pub series: Vec<Series>,
    /// The unit behind a value.
    pub unit: &'static str,
}

/// Values of one colour.
#[derive(Debug, Serialize)]
pub struct Series {
    /// Its name.
    pub name: &'static str,
    /// Plain amounts, one a place.
    pub values: Vec<String>,
    /// Grey, behind the others.
    pub quiet: bool,
}

impl Chart {
    /// JSON that cannot end the element it stands in.
    pub fn json(&self) -> Result<String> {
        Ok(serde_json::to_string(self).map_err(Error::internal)?.replace('<', "\\u003c"))
    }
}
