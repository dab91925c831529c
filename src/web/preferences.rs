//! The language and the look that a person chose: two cookies that say nothing about the person.

use rocket::form::{Form, FromForm};
use rocket::http::{Cookie, CookieJar, SameSite};
use rocket::request::Request;
use rocket::response::Redirect;
use rocket::time::Duration;
use rocket::{Route, State, post, routes};

use super::Settings;
use super::i18n::Lang;

/// Name of the cookie with the language.
pub const LANGUAGE_COOKIE: &str = "lang";

/// Name of the cookie with the look.
pub const THEME_COOKIE: &str = "theme";

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// Dark on light.
    #[default]
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// Reads `light` or `dark`.
    pub fn parse(code: &str) -> Option<Self> {
        match code {
            "light" => Some(Self::Light),
            "dark" => Some(Self::Dark),
            _ => None,
        }
    }

    /// `light` or `dark`: the cookie, and `data-bs-theme` of the page.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Its word in the catalogue.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Light => "frame.theme.light",
            Self::Dark => "frame.theme.dark",
        }
    }

    /// Its icon.
    pub const fn icon(self) -> &'static str {
        match self {
            Self::Light => "sun",
            Self::Dark => "moon",
        }
    }

    /// The look that the switch leads to.
    pub const fn other(self) -> Self {
        match self {
            Self::Light => Self::Dark,
            Self::Dark => Self::Light,
        }
    }
}

/// The language of a request: what the person chose, else Chinese.
pub fn language(request: &Request<'_>) -> Lang {
    chosen(request, LANGUAGE_COOKIE, Lang::parse).unwrap_or_default()
}

/// The look of a request: what the person chose, else light.
pub(super) fn theme(request: &Request<'_>) -> Theme {
    chosen(request, THEME_COOKIE, Theme::parse).unwrap_or_default()
}

fn chosen<V>(request: &Request<'_>, name: &str, parse: fn(&str) -> Option<V>) -> Option<V> {
    request.cookies().get(name).and_then(|cookie| parse(cookie.value()))
}

pub(super) fn routes() -> Vec<Route> {
    routes![switch_language, switch_theme]
}

#[derive(FromForm)]
struct Switch {
    to: String,
    back: String,
}

#[post("/language", data = "<switch>")]
fn switch_language(switch: Form<Switch>, cookies: &CookieJar<'_>, settings: &State<Settings>) -> Redirect {
    if let Some(language) = Lang::parse(&switch.to) {
        keep(cookies, settings, LANGUAGE_COOKIE, language.code());
    }
    Redirect::to(local(&switch.back).to_owned())
}

#[post("/theme", data = "<switch>")]
fn switch_theme(switch: Form<Switch>, cookies: &CookieJar<'_>, settings: &State<Settings>) -> Redirect {
    if let Some(theme) = Theme::parse(&switch.to) {
        keep(cookies, settings, THEME_COOKIE, theme.code());
    }
    Redirect::to(local(&switch.back).to_owned())
}

fn keep(cookies: &CookieJar<'_>, settings: &Settings, name: &'static str, value: &'static str) {
    cookies.add(
        Cookie::build((name, value))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(settings.tls)
            .max_age(Duration::days(365)),
    );
}

/// An address that stays in this program; anything else leads to the front page.
pub fn local(address: &str) -> &str {
    let inside = address.starts_with('/')
        && !address.starts_with("//")
        && !address.contains('\\')
        && !address.chars().any(char::is_control);
    if inside { address } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_inside_the_program_are_followed() {
        assert_eq!(local("/grants?state=paid"), "/grants?state=paid");
        for outside in ["https://elsewhere", "//elsewhere", "/\\elsewhere", "", "javascript:1", "/a\r\nb"] {
            assert_eq!(local(outside), "/", "{outside}");
        }
    }
}
