//! Wiring: which features there are, and the server that carries them.

use std::time::Duration;

use rocket::data::{ByteUnit, Limits};
use rocket::fairing::AdHoc;
use rocket::{Build, Rocket};

use crate::config::Surroundings;
use crate::journal::{Door, Keeper, Registry};
use crate::kernel::{Error, Refusal, Result};
use crate::{
    anomalies, audit, calendar, claims, closing, comparing, corrections, documents, exports, funds, grants, holds,
    imports, journal, overview, payments, people, periods, policies, proofs, recipients, reconciliation, recoveries,
    reports, samples, settings, vouchers, web,
};

/// Every feature's part in replay, in import order.
pub static REGISTRY: Registry = Registry(&[
    &journal::APPLIER,
    &people::APPLIER,
    &settings::APPLIER,
    &periods::APPLIER,
    &funds::APPLIER,
    &policies::APPLIER,
    &recipients::APPLIER,
    &grants::APPLIER,
    &holds::APPLIER,
    &imports::APPLIER,
    &vouchers::APPLIER,
    &payments::APPLIER,
    &claims::APPLIER,
    &samples::APPLIER,
    &closing::APPLIER,
    &recoveries::APPLIER,
    &corrections::APPLIER,
    &reconciliation::APPLIER,
    &calendar::APPLIER,
    &documents::APPLIER,
    &reports::APPLIER,
]);

/// Largest file that is taken in.
const FILE_MIB_MAX: u64 = 256;

/// How the server is reached.
#[derive(Debug, Clone)]
pub struct Listen {
    /// Address; loopback unless a proxy stands before it.
    pub address: std::net::IpAddr,
    /// Port; 0 takes a free one.
    pub port: u16,
    /// Whether people reach it over TLS (a proxy ends it): cookies become `Secure` and `__Host-`.
    pub tls: bool,
}

/// The server: settings of Rocket, then one stage per feature.
pub fn rocket(door: Door, keeper: Keeper, listen: &Listen) -> Rocket<Build> {
    let Surroundings { chance, clock, .. } = door.surroundings.clone();
    let limits = Limits::new()
        .limit("form", ByteUnit::Kibibyte(512))
        .limit("string", ByteUnit::Kibibyte(512))
        .limit("file", ByteUnit::Mebibyte(FILE_MIB_MAX))
        .limit("data-form", ByteUnit::Mebibyte(FILE_MIB_MAX + 1));
    let figment = rocket::Config::figment()
        .merge(("address", listen.address))
        .merge(("port", listen.port))
        .merge(("log_level", "off"))
        .merge(("ident", false))
        .merge(("ip_header", false))
        .merge(("limits", limits))
        .merge(("shutdown.grace", 30))
        .merge(("shutdown.mercy", 5))
        .merge(("cli_colors", false));
    rocket::custom(figment)
        .manage(door)
        .manage(keeper)
        .attach(web::stage(web::Settings { tls: listen.tls, chance, clock }))
        .attach(people::stage(seating()))
        .attach(settings::stage())
        .attach(policies::stage())
        .attach(recipients::stage())
        .attach(grants::stage())
        .attach(holds::stage())
        .attach(imports::stage())
        .attach(vouchers::stage())
        .attach(payments::stage())
        .attach(recoveries::stage())
        .attach(corrections::stage())
        .attach(reconciliation::stage())
        .attach(calendar::stage())
        .attach(audit::stage())
        .attach(claims::stage())
        .attach(documents::stage())
        .attach(samples::stage())
        .attach(anomalies::stage())
        .attach(comparing::stage())
        .attach(closing::stage())
        .attach(reports::stage())
        .attach(exports::stage())
        .attach(proofs::stage())
        .attach(daily_checkpoints())
        .attach(overview::stage())
}

/// How often it is looked whether a checkpoint is due.
const LOOK_EVERY: Duration = Duration::from_mins(10);

/// Signs the head of each book once a day while the server runs, the first time when it starts.
fn daily_checkpoints() -> AdHoc {
    AdHoc::on_liftoff("daily checkpoints", |rocket| {
        Box::pin(async move {
            let (Some(door), Some(keeper)) = (rocket.state::<Door>().cloned(), rocket.state::<Keeper>().cloned())
            else {
                return;
            };
            let mut shutdown = rocket.shutdown();
            tokio::spawn(async move {
                loop {
                    if let Err(error) = journal::sign_due(&door, &keeper).await {
                        tracing::error!(?error, "no checkpoint today");
                    }
                    tokio::select! {
                        () = &mut shutdown => return,
                        () = tokio::time::sleep(LOOK_EVERY) => {}
                    }
                }
            });
        })
    })
}

/// What the frame shows to whom.
fn seating() -> people::Seating {
    let mut seating = people::Seating::new();
    seating.places.extend(settings::places());
    seating.places.extend(policies::places());
    seating.places.extend(recipients::places());
    seating.places.extend(grants::places());
    seating.places.extend(holds::places());
    seating.places.extend(imports::places());
    seating.places.extend(payments::places());
    seating.places.extend(vouchers::places());
    seating.places.extend(recoveries::places());
    seating.places.extend(corrections::places());
    seating.places.extend(reconciliation::places());
    seating.places.extend(calendar::places());
    seating.places.extend(audit::places());
    seating.places.extend(claims::places());
    seating.places.extend(documents::places());
    seating.places.extend(samples::places());
    seating.places.extend(anomalies::places());
    seating.places.extend(comparing::places());
    seating.places.extend(closing::places());
    seating.places.extend(reports::places());
    seating.places.extend(exports::places());
    seating.places.extend(overview::places());
    people::Seating { search: true, ..seating }
}

/// Serves until the process is told to end; `ready` is called when all is wired and the port is about to open.
pub async fn serve(rocket: Rocket<Build>, address: &str, ready: impl FnOnce() -> Result<()>) -> Result<()> {
    let failed = |error: rocket::Error| match error.kind() {
        // The commonest failure is a port that is taken.
        rocket::error::ErrorKind::Bind(_) => Refusal::new("port_taken").with("address", address).into(),
        _ => Error::internal(error),
    };
    let rocket = rocket.ignite().await.map_err(failed)?;
    ready()?;
    rocket.launch().await.map_err(failed)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::REGISTRY;
    use crate::web::i18n;

    #[test]
    fn every_kind_of_event_has_words() {
        let kinds = REGISTRY.0.iter().flat_map(|applier| applier.kinds).map(|(kind, _)| kind);
        let wordless: Vec<_> = kinds.filter(|kind| !i18n::has(&format!("audit.kind.{kind}"))).collect();
        assert!(wordless.is_empty(), "{wordless:?}");
        assert!(!i18n::has(&format!("audit.kind.{}", "nothing")), "control: a kind that nobody named has none");
    }
}
