//! What a reader should know of a file although it is right.

/// Something to be shown on the preview of a file that can be read. Its sentence is `notice.CODE` of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Catalogue code without `notice.`.
    pub code: &'static str,
    /// The line it is about; 0 if the whole file is meant.
    pub line: u64,
    /// Named facts that the sentence mentions.
    pub facts: Vec<(&'static str, String)>,
}

impl Notice {
    /// A notice with nothing but its code and line.
    pub const fn new(code: &'static str, line: u64) -> Self {
        Self { code, line, facts: Vec::new() }
    }

    /// Adds a fact that the sentence mentions as `{name}`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl std::fmt::Display) -> Self {
        self.facts.push((name, value.to_string()));
        self
    }
}
