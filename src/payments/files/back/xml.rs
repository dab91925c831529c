//! XML of a bank, as a stream of small trees: no document type, no entities but the five of XML, no depth or size beyond
//! what a bank sends. Elements are known by their local name, so that every version of a message reads alike.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::kernel::Refusal;
use crate::sheets::{BadCell, decode_declared};

/// Elements within each other. The messages of ISO 20022 need about twenty.
const DEPTH_MAX: usize = 64;
/// Elements that may stand in memory at once: one entry with a hundred thousand payments.
const NODES_MAX: usize = 4_000_000;

/// An element.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    /// Its local name.
    pub(super) name: String,
    /// The line where it begins.
    pub(super) line: u64,
    /// The attribute `Ccy`, which is the only one that matters.
    pub(super) currency: Option<String>,
    text: String,
    /// The elements in it.
    pub(super) children: Vec<Self>,
}

impl Node {
    /// The first element at a path.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |node, name| node.children.iter().find(|child| child.name == *name))
    }

    /// All elements of a name in it.
    pub(super) fn all<'n>(&'n self, name: &'n str) -> impl Iterator<Item = &'n Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the first element at a path; none if it is blank.
    pub(super) fn text(&self, path: &[&str]) -> Option<&str> {
        self.at(path).map(Self::own_text).filter(|text| !text.is_empty())
    }

    /// Its own text.
    pub(super) fn own_text(&self) -> &str {
        self.text.trim()
    }

    /// The first element of a name in it, however deep.
    pub(super) fn find(&self, name: &str) -> Option<&Self> {
        self.children.iter().find_map(|child| if child.name == name { Some(child) } else { child.find(name) })
    }

    /// True if it holds elements instead of text.
    pub(super) fn has_children(&self) -> bool {
        !self.children.is_empty()
    }
}

/// The bytes as text, in the encoding that the declaration names.
///
/// Refusals as for [`decode_declared`], and `bank_not_xml`.
pub(super) fn text_of(bytes: &[u8]) -> Result<String, BadCell> {
    let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(200)).unwrap_or_default()).into_owned();
    let declaration = head.split_once("?>").map_or("", |(before, _)| before);
    let behind = declaration.split_once("encoding").map_or("", |(_, behind)| behind);
    let label = behind.split(['"', '\'']).nth(1).unwrap_or_default();
    let text = decode_declared(bytes, label)?;
    let text = text.trim_start_matches(['\u{FEFF}', ' ', '\t', '\r', '\n']);
    if text.starts_with('<') { Ok(text.to_owned()) } else { Err(BadCell::file(Refusal::new("bank_not_xml"))) }
}

/// Reads the text. Each element named `record` is handed over as soon as it ends and then forgotten, with the place that
/// the element around it has among its siblings; what remains comes back.
///
/// Refusals: `bank_file_cut`, `bank_xml_broken`, `bank_xml_dtd`, `bank_xml_entity` (`found`), `bank_xml_deep`, `bank_xml_large`.
pub(super) fn stream(text: &str, record: &str, sink: &mut dyn FnMut(Node, usize)) -> Result<Node, BadCell> {
    let mut reader = Reader::from_str(text);
    let mut tree = Tree { text, at: 0, line: 1, open: vec![Node::default()], record: None, nodes: 0 };
    loop {
        let event = reader.read_event();
        tree.advance(usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX));
        match event {
            Ok(Event::Start(start)) => tree.start(&start, record)?,
            Ok(Event::Empty(start)) => {
                tree.start(&start, record)?;
                tree.end(sink)?;
            }
            Ok(Event::End(_)) => tree.end(sink)?,
            Ok(Event::Text(text)) => tree.add(&text.xml10_content()),
            Ok(Event::CData(text)) => tree.add(&text.xml10_content()),
            Ok(Event::GeneralRef(entity)) => {
                let c = character(&entity)
                    .ok_or_else(|| tree.bad(Refusal::new("bank_xml_entity").with("found", &*entity)))?;
                tree.add(c.encode_utf8(&mut [0; 4]));
            }
            Ok(Event::DocType(_)) => return Err(tree.bad(Refusal::new("bank_xml_dtd"))),
            Ok(Event::Comment(_) | Event::Decl(_) | Event::PI(_)) => {}
            Ok(Event::Eof) => return tree.root(),
            Err(quick_xml::Error::Syntax(_)) => return Err(tree.bad(Refusal::new("bank_file_cut"))),
            Err(_) => return Err(tree.bad(Refusal::new("bank_xml_broken"))),
        }
    }
}

/// The elements that are open, and where the reading stands.
struct Tree<'t> {
    text: &'t str,
    at: usize,
    line: u64,
    open: Vec<Node>,
    /// Depth of the open record and the elements before it.
    record: Option<(usize, usize)>,
    nodes: usize,
}

impl Tree<'_> {
    fn advance(&mut self, to: usize) {
        let passed = self.text.as_bytes().get(self.at..to).unwrap_or_default();
        self.line += passed.iter().fold(0, |lines, byte| lines + u64::from(*byte == b'\n'));
        self.at = to.max(self.at);
    }

    fn bad(&self, refusal: Refusal) -> BadCell {
        BadCell::row(self.line, refusal)
    }

    fn start(&mut self, start: &BytesStart<'_>, record: &str) -> Result<(), BadCell> {
        self.nodes += 1;
        if self.open.len() >= DEPTH_MAX {
            return Err(self.bad(Refusal::new("bank_xml_deep").with("max", DEPTH_MAX)));
        }
        if self.nodes > NODES_MAX {
            return Err(self.bad(Refusal::new("bank_xml_large").with("max", NODES_MAX)));
        }
        let name = start.local_name().as_ref().to_owned();
        if name == record && self.record.is_none() {
            self.record = Some((self.open.len(), self.nodes));
        }
        let currency =
            start.attributes().with_checks(false).flatten().find(|attribute| attribute.key.as_ref() == "Ccy");
        let currency = currency.map(|attribute| attribute.value.trim().to_owned());
        self.open.push(Node { name, line: self.line, currency, ..Node::default() });
        Ok(())
    }

    fn end(&mut self, sink: &mut dyn FnMut(Node, usize)) -> Result<(), BadCell> {
        let Some(node) = self.open.pop().filter(|_| !self.open.is_empty()) else {
            return Err(self.bad(Refusal::new("bank_xml_broken")));
        };
        if let Some((depth, nodes)) = self.record
            && depth == self.open.len()
        {
            self.record = None;
            self.nodes = nodes;
            let around = self.open.len().checked_sub(2).and_then(|place| self.open.get(place));
            sink(node, around.map_or(0, |around| around.children.len()));
        } else if let Some(parent) = self.open.last_mut() {
            parent.children.push(node);
        }
        Ok(())
    }

    fn add(&mut self, text: &str) {
        if let Some(node) = self.open.last_mut() {
            node.text.push_str(text);
        }
    }

    fn root(mut self) -> Result<Node, BadCell> {
        if self.open.len() > 1 {
            return Err(self.bad(Refusal::new("bank_file_cut")));
        }
        let line = self.line;
        self.open.pop().filter(Node::has_children).ok_or_else(|| BadCell::row(line, Refusal::new("bank_xml_broken")))
    }
}

/// The character that a reference stands for: by number, or one of the five names of XML.
fn character(entity: &BytesRef<'_>) -> Option<char> {
    if let Ok(Some(c)) = entity.resolve_char_ref() {
        return Some(c);
    }
    match &**entity {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}
