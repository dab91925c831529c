//! Where in its TOML text a profile is wrong.

use crate::kernel::Refusal;

/// The line, from 1, that a refusal of a profile is about, if the text has it: the one that names what was found, else
/// the one where the field begins.
pub fn line_of(toml: &str, refusal: &Refusal) -> Option<usize> {
    let fact = |name: &str| refusal.facts.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
    if let Some(line) = fact("line").and_then(|line| line.parse().ok()) {
        return Some(line);
    }
    let key = match refusal.field? {
        "title_zh" | "title_en" => "title",
        field => field,
    };
    let begins = |line: &str| {
        let line = line.trim_start().trim_start_matches('[').trim_start();
        line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with(['=', '.', ']']))
    };
    let from = toml.lines().position(begins)?;
    let named = fact("found").filter(|found| !found.is_empty()).and_then(|found| {
        let quoted = format!("\"{found}\"");
        toml.lines().skip(from).position(|line| line.contains(&quoted))
    });
    Some(from + named.unwrap_or(0) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payments::files::Profile;

    const SOUND: &str = "name = \"ccb-out\"\ndirection = \"out\"\nextension = \"csv\"\n\
        title = { zh = \"建行\", en = \"CCB\" }\nheader_line = true\ncolumns = [\n\
        { field = \"account_name\", header = \"户名\" },\n{ field = \"account_number\", header = \"账号\" },\n\
        { field = \"amount\", header = \"金额\" },\n]\n";

    fn wrong(change: (&str, &str)) -> Vec<(&'static str, Option<usize>)> {
        let text = SOUND.replace(change.0, change.1);
        let bad = Profile::parse(&text).unwrap_err();
        bad.iter().map(|refusal| (refusal.code, line_of(&text, refusal))).collect()
    }

    #[test]
    fn a_wrong_line_is_told() {
        assert!(Profile::parse(SOUND).is_ok());
        assert_eq!(wrong(("direction = \"out\"", "direction = \"up\"")), [("profile_choice", Some(2))]);
        assert_eq!(wrong(("zh = \"建行\"", "zh = \"\"")), [("profile_empty", Some(4))]);
        assert_eq!(wrong(("field = \"amount\"", "field = \"sum\""))[0], ("profile_field", Some(9)));
        assert_eq!(wrong(("\"csv\"", "csv")), [("profile_toml", Some(3))]);
        assert_eq!(wrong(("header = \"账号\"", "header = \"户名\"")), [("profile_column_twice", Some(7))]);
        // What is missing altogether has no line of its own.
        assert_eq!(wrong(("{ field = \"amount\", header = \"金额\" },\n", "")), [("profile_column_missing", Some(6))]);
        assert_eq!(wrong(("name = \"ccb-out\"\n", "")), [("profile_name", None)]);
    }
}
