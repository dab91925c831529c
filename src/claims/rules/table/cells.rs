//! The figures of a table, each by its column, its row and the title.

use super::super::bind::{Claim, Page, Reading};
use super::super::context::{Measure, Reason};
use super::super::cues::Cue;
use super::super::elsewhere::Region;
use super::super::figure::{Kind, Qualifier};
use super::super::period::{Calendar, Span};
use super::super::scope::Scope;
use super::super::written::Written;
use super::axis::{Axis, axis};
use super::lines::{Cell, Number, Table, Unit, is_nothing, number, unit_of};

/// What the text before a table says.
#[derive(Debug, Clone)]
pub(in super::super) struct Around {
    /// When.
    pub span: Span,
    /// Of whom the heading above it speaks.
    pub heading: Scope,
    /// Of whom the sentence before it spoke.
    pub subject: Scope,
    /// Whether another authority's payments are spoken of.
    pub is_elsewhere: bool,
    /// Whether it was said that something was paid.
    pub is_paid: bool,
    /// What words of time are read against.
    pub calendar: Calendar,
}

/// A table with what its names say.
struct Read<'p, 'n> {
    page: &'p Page<'n>,
    table: &'p Table,
    around: &'p Around,
    columns: Vec<Axis>,
    rows: Vec<Axis>,
    /// Of whom all of it speaks.
    scope: Scope,
    /// What money is told in.
    unit: Option<Unit>,
    /// Of each column, whether its numbers are parts of one: 0.2302.
    are_parts: Vec<bool>,
    /// Whether rows tell times.
    has_times: bool,
    /// What figures measure whose names say only 金额 or nothing.
    fallback: Result<Measure, Reason>,
}

/// Reads the figures of a table; none where its names say nothing of figures, so that it may be none.
pub(in super::super) fn claims(page: &Page<'_>, table: &Table, around: &Around) -> Vec<Claim> {
    let read = Read::of(page, table, around);
    if !read.columns.iter().chain(&read.rows).any(|axis| axis.measure.is_some()) && read.unit.is_none() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (row, cells) in table.rows.iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            found.extend(number(&page.chars, *cell).and_then(|number| read.claim((row, column), *cell, number)));
        }
    }
    found
}

/// Whether the names beside one another set kinds against each other, so that 企业 is one of them.
fn has_kinds(page: &Page<'_>, cells: &[Cell]) -> bool {
    let is_kind = |cell: &Cell| page.named(cell.start, cell.end).any(|m| !m.is_loose && !m.scope.kinds.is_empty());
    cells.iter().any(is_kind)
}

impl<'p, 'n> Read<'p, 'n> {
    fn of(page: &'p Page<'n>, table: &'p Table, around: &'p Around) -> Self {
        let words = |cell: &Cell| page.chars.get(cell.start..cell.end).unwrap_or_default();
        let unit =
            table.note.iter().chain(table.titles.iter().rev()).chain(table.header.iter().flatten()).find_map(|cell| {
                let text: String = words(cell).iter().collect();
                // 单位：万元, or a title that ends in （亿元）
                let bracket = text.rsplit_once('(').filter(|(_, rest)| rest.trim_end_matches(')').chars().count() < 4);
                let is_told = text.contains("单位") || bracket.is_some_and(|(_, rest)| rest.ends_with("元)"));
                is_told.then(|| unit_of(words(cell))).flatten()
            });
        let mut scope = Scope::default();
        for mention in table.titles.iter().flat_map(|title| page.named(title.start, title.end)) {
            if !mention.is_loose {
                scope.joined_by(mention.scope.clone());
            }
        }
        if scope.is_whole() {
            scope.clone_from(&around.heading);
        }
        let mut read = Self {
            page,
            table,
            around,
            columns: Vec::new(),
            rows: Vec::new(),
            scope,
            unit: unit.filter(|unit| matches!(unit, Unit::Money(_))),
            are_parts: Vec::new(),
            has_times: false,
            fallback: Err(Reason::NotAboutPayments),
        };
        read.columns = read.columns();
        read.share_of_those_beside();
        let labels: Vec<Cell> =
            table.rows.iter().filter_map(|row| row.iter().find(|cell| read.is_name(**cell))).copied().collect();
        let loose = has_kinds(page, &labels);
        read.rows = table.rows.iter().map(|cells| read.row(cells, loose)).collect();
        read.are_parts = (0..read.columns.len()).map(|column| read.is_of_one(column)).collect();
        read.has_times = read.rows.iter().any(|row| row.span.is_some());
        read.fallback = read.fallback();
        read
    }

    /// 占比 behind 户数, where no column before it tells money: a share of what is counted.
    fn share_of_those_beside(&mut self) {
        let mut told = Vec::new();
        for column in &mut self.columns {
            let has = |measure| told.contains(&measure);
            if column.measure == Some(Ok(Measure::ShareOfNet)) && !has(Measure::NetDisbursed) {
                if has(Measure::Recipients) {
                    column.measure = Some(Ok(Measure::ShareOfRecipients));
                } else if has(Measure::Grants) {
                    column.measure = Some(Err(Reason::WholeUnknown));
                }
            }
            told.extend(column.measure.and_then(Result::ok));
        }
    }

    fn year(&self) -> Option<i32> {
        self.around.span.from.or(self.around.span.to).map(crate::kernel::dates::Day::year)
    }

    /// The columns by all lines of the header; a name above holds for the empty ones behind it.
    fn columns(&self) -> Vec<Axis> {
        let mut columns: Vec<Axis> = Vec::new();
        for line in &self.table.header {
            let loose = has_kinds(self.page, line);
            let mut last = Axis::default();
            for (place, cell) in line.iter().enumerate() {
                let is_empty = cell.start == cell.end;
                let own = axis(self.page, *cell, self.around.calendar, (self.year(), loose));
                let is_below = columns.len() > place;
                if !is_empty || is_below {
                    last = own;
                }
                match columns.get_mut(place) {
                    Some(above) => *above = last.clone().under(above),
                    None => columns.push(last.clone()),
                }
            }
        }
        columns
    }

    /// A row by the names before its first number.
    fn row(&self, cells: &[Cell], loose: bool) -> Axis {
        let chars = &self.page.chars;
        let is_serial = |place: usize, cell: Cell| place == 0 && number(chars, cell).is_some();
        let mut row = Axis::default();
        for (place, cell) in cells.iter().enumerate() {
            if is_serial(place, *cell) {
                continue;
            }
            if !self.is_name(*cell) {
                break;
            }
            row = axis(self.page, *cell, self.around.calendar, (self.year(), loose)).under(&row);
        }
        row
    }

    fn is_name(&self, cell: Cell) -> bool {
        number(&self.page.chars, cell).is_none() && !is_nothing(&self.page.chars, cell)
    }

    /// What is measured where a name does not say it: what the title or the other columns speak of.
    fn fallback(&self) -> Result<Measure, Reason> {
        let cues = &self.page.cues;
        let told =
            |wanted: Cue| self.table.titles.iter().any(|t| cues.within(t.start, t.end).any(|(cue, ..)| cue == wanted));
        let is_paid =
            self.columns.iter().chain(&self.rows).any(|axis| axis.says_paid && axis.measure.is_some_and(|m| m.is_ok()));
        match () {
            () if told(Cue::Planned) => Err(Reason::Planned),
            () if told(Cue::NotYet) => Err(Reason::NotYetPaid),
            () if told(Cue::Returned) => Ok(Measure::Returned),
            () if told(Cue::Paid) || told(Cue::Gross) => Ok(Measure::NetDisbursed),
            () if told(Cue::Foreign) || told(Cue::Act) || told(Cue::Purpose) => Err(Reason::NotAboutPayments),
            () if told(Cue::Budget) => Ok(Measure::Budget),
            () if told(Cue::Money) || is_paid || self.around.is_paid => Ok(Measure::NetDisbursed),
            () => Err(Reason::NotAboutPayments),
        }
    }

    fn claim(&self, (row, column): (usize, usize), cell: Cell, number: Number) -> Option<Claim> {
        let (above, beside) = (self.columns.get(column)?, self.rows.get(row)?);
        // the number of a row, and columns of which nothing is said
        if !(above.says() || beside.measure.is_some()) {
            return None;
        }
        let measure = self.measure(above, beside, number);
        let unit = number.unit.or(above.unit).or(beside.unit);
        let (kind, written) = self.scaled(measure, unit, (column, number))?;
        let (span, is_told_twice) = self.span(above, beside);
        let (scope, mut others, is_part) = self.scope((row, column), span);
        let is_unknown = beside.has_more || above.has_more && above.measure.is_none_or(|measure| measure.is_ok());
        let region = beside.region.or(above.region);
        let is_elsewhere = match region {
            Some(region) => region == Region::Other,
            None => self.around.is_elsewhere && scope.subdistricts.is_empty(),
        };
        let whole = if kind == Kind::Percent { self.scope.clone() } else { Scope::default() };
        let measure = measure.and_then(|measure| {
            match () {
                () if is_told_twice => Err(Reason::Ambiguous),
                () if is_unknown && !is_elsewhere => Err(Reason::ScopeUnknown),
                // without its unit no money can be told
                () if kind == Kind::Amount && self.money(unit, number).is_none() => Err(Reason::UnitUnknown),
                () => self.page.checkable(measure, (&scope, span), (is_elsewhere, is_part)),
            }
        });
        others.retain(|other| other.scope != scope || other.span != span);
        Some(Claim {
            start: cell.start,
            end: cell.end,
            text: self.page.original.get(cell.start..cell.end).unwrap_or_default().iter().collect(),
            kind,
            written,
            upper: None,
            qualifier: Qualifier::Rounded,
            measure,
            span,
            scope: scope.plain(),
            whole: whole.plain(),
            is_dated: true,
            others,
            ratio: None,
        })
    }

    /// What a figure measures: as its column says, or its row, or both speak of what the title does.
    fn measure(&self, above: &Axis, beside: &Axis, number: Number) -> Result<Measure, Reason> {
        let said = match (above.measure, beside.measure) {
            (Some(Err(reason)), _) | (_, Some(Err(reason))) => Some(Err(reason)),
            // 合计 of rows that each measure something: their own
            (None, own) | (own, None) => own,
            (Some(own), Some(theirs)) => {
                if own == theirs || above.is_total {
                    Some(theirs)
                } else {
                    Some(own)
                }
            }
        };
        let unit = number.unit.or(above.unit).or(beside.unit);
        let is_sum = |measure| matches!(measure, Measure::NetDisbursed | Measure::Recipients | Measure::Grants);
        match (said, self.fallback) {
            (Some(Err(reason)), _) => Err(reason),
            // 金额 and 户数 say nothing of what was done
            (Some(Ok(measure)), fallback) if is_sum(measure) && !(above.says_paid || beside.says_paid) => {
                match fallback {
                    Ok(Measure::NetDisbursed) => Ok(measure),
                    Ok(other) if measure == Measure::NetDisbursed => Ok(other),
                    Ok(_) => Err(Reason::NotRecorded),
                    Err(reason) => Err(reason),
                }
            }
            (Some(Ok(measure)), _) => Ok(measure),
            (None, fallback) => match unit {
                Some(Unit::Entities) => fallback.map(|_| Measure::Recipients),
                Some(Unit::Acts) => fallback.map(|_| Measure::Grants),
                Some(Unit::Percent) => Err(Reason::WholeUnknown),
                Some(Unit::Other) => Err(Reason::NotRecorded),
                Some(Unit::Money(_)) | None => fallback,
            },
        }
    }

    /// The power of ten by which money is told; none where nothing says it.
    fn money(&self, unit: Option<Unit>, number: Number) -> Option<i32> {
        match (unit, self.unit) {
            (Some(Unit::Money(power)), _) => Some(power),
            (_, Some(Unit::Money(power))) if number.written.exponent <= 0 => Some(power),
            _ => None,
        }
    }

    /// What a number is, and what it stands for with its unit.
    fn scaled(
        &self,
        measure: Result<Measure, Reason>,
        unit: Option<Unit>,
        (column, number): (usize, Number),
    ) -> Option<(Kind, Written)> {
        let written = number.written;
        let by = |power: i32| Written { exponent: written.exponent + power, ..written };
        let kind = match measure {
            Ok(Measure::ShareOfNet | Measure::ShareOfRecipients | Measure::Completion | Measure::OfText) => {
                Kind::Percent
            }
            Ok(Measure::Recipients | Measure::Grants | Measure::Policies) => Kind::Count,
            Ok(_) => Kind::Amount,
            Err(_) => match unit {
                Some(Unit::Money(_)) => Kind::Amount,
                Some(Unit::Percent) => Kind::Percent,
                None if self.unit.is_some() && written.exponent < 0 => Kind::Amount,
                Some(_) | None => Kind::Count,
            },
        };
        Some(match kind {
            // 2923.94万元 tells its power itself
            Kind::Amount if number.unit.is_some() => (kind, written),
            Kind::Amount => (kind, by(self.money(unit, number).unwrap_or(0))),
            // 0.2302 below 占比: a part of one
            Kind::Percent if number.unit.is_none() && self.are_parts.get(column) == Some(&true) => (kind, by(2)),
            _ => (kind, written),
        })
    }

    /// Whether all numbers of a column are parts of one.
    fn is_of_one(&self, column: usize) -> bool {
        let numbers: Vec<Number> =
            self.table.rows.iter().filter_map(|row| number(&self.page.chars, *row.get(column)?)).collect();
        numbers.len() > 1
            && numbers.iter().all(|n| n.unit.is_none() && n.written.micro().is_some_and(|n| n <= super::super::ONE))
            && numbers.iter().any(|n| n.written.exponent < 0)
    }

    /// When a figure counts; whether both its names tell a time.
    fn span(&self, above: &Axis, beside: &Axis) -> (Span, bool) {
        let told = beside.span.or(above.span);
        let is_told_twice = beside.span.is_some() && above.span.is_some();
        // 当月 beside 累计: the months up to the one of the row
        let runs = above.is_running
            && beside.span.is_some()
            && self.columns.iter().any(|other| other.measure == above.measure && !other.is_running);
        match told {
            Some(span) if runs => (Span::until(span.to), is_told_twice),
            Some(span) => (span, is_told_twice),
            // 本月 below （截至10月31日）
            None if above.is_current && !(beside.is_total && self.has_times) => match self.around.span.to {
                Some(day) => (Span { from: Some(day.month_start()), to: Some(day) }, false),
                None => (self.around.span, true),
            },
            None if beside.is_total => {
                let all = self.all_rows().unwrap_or(self.around.span);
                (if above.is_running { Span::until(all.to) } else { all }, false)
            }
            None => (self.around.span, false),
        }
    }

    /// From the first of the times of the rows to the last, where all rows tell one.
    fn all_rows(&self) -> Option<Span> {
        let spans: Vec<Span> =
            self.rows.iter().filter(|row| !row.is_total).map(|row| row.span).collect::<Option<_>>()?;
        let from = spans.iter().map(|span| span.from).min().flatten();
        let to = spans.iter().filter_map(|span| span.to).max();
        (!spans.is_empty()).then_some(Span { from, to })
    }

    /// Of whom a figure is, how else that may be understood, and whether it cannot be told.
    fn scope(&self, (row, column): (usize, usize), span: Span) -> (Scope, Vec<Reading>, bool) {
        let (above, beside) = (self.columns.get(column), self.rows.get(row));
        let (Some(above), Some(beside)) = (above, beside) else { return (Scope::default(), Vec::new(), true) };
        let reading = |scope: Scope| Reading { span, scope: scope.plain(), whole: self.scope.clone().plain() };
        let mut scope = self.scope.clone();
        scope.replaced_by(&above.scope);
        scope.replaced_by(&beside.scope);
        let mut others = Vec::new();
        if self.scope != self.around.subject {
            let mut other = self.around.subject.clone();
            other.replaced_by(&above.scope);
            other.replaced_by(&beside.scope);
            others.push(reading(other));
        }
        if !self.has_times && beside.is_total && beside.scope.is_whole() {
            let listed = self.listed(row);
            let mut sum = scope.clone();
            sum.replaced_by(&listed);
            let of_all = reading(scope.clone());
            if !listed.is_whole() && self.adds_up(row, column) && !self.is_all(&listed) {
                // what is listed adds up to it: no sum of others
                others.push(of_all);
                return (sum, others, false);
            }
            others.push(reading(sum));
        }
        (scope, others, false)
    }

    /// All that the rows before a sum name, where they name it in the same way.
    fn listed(&self, row: usize) -> Scope {
        let named: Vec<&Scope> =
            self.rows.iter().filter(|row| !row.is_total && !row.is_part).map(|row| &row.scope).collect();
        let mut sum = Scope::default();
        if let Some(first) = named.first()
            && named.len() > 1
            && named.iter().all(|scope| scope.is_sibling(first) && !scope.is_unknown())
            && row < self.rows.len()
        {
            for scope in named {
                sum.joined_by(scope.clone());
            }
        }
        sum
    }

    /// Whether names are all that the book has of their dimension.
    fn is_all(&self, listed: &Scope) -> bool {
        let names = self.page.names;
        (!listed.subdistricts.is_empty() && names.subdistricts.iter().all(|name| listed.subdistricts.contains(name)))
            || (!listed.policies.is_empty()
                && names.policies.iter().all(|policy| listed.policies.contains(&policy.code)))
            || (!listed.industries.is_empty() && names.industries.iter().all(|name| listed.industries.contains(name)))
    }

    /// Whether the other rows of a column add up to the number of a row, as they are written.
    fn adds_up(&self, total: usize, column: usize) -> bool {
        let value = |row: usize| number(&self.page.chars, *self.table.rows.get(row)?.get(column)?);
        let parts =
            (0..self.rows.len()).filter(|row| self.rows.get(*row).is_some_and(|row| !row.is_total && !row.is_part));
        let mut sum = 0;
        let mut n = 0;
        for row in parts {
            let Some(micro) = value(row).and_then(|number| number.written.micro()) else { return false };
            sum += micro;
            n += 1;
        }
        let Some((micro, step)) = value(total).and_then(|n| Some((n.written.micro()?, n.written.step()?))) else {
            return false;
        };
        (sum - micro).abs() <= step * n / 2
    }
}
