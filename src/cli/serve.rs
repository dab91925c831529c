//! `serve`: the web application on loopback.

use std::net::{IpAddr, Ipv4Addr};

use clap::Args;

use super::workplace::Workplace;
use super::{Outcome, output};
use crate::app::{self, Listen};
use crate::kernel::Result;
use crate::people;

/// Serve the web application (the default).
#[derive(Debug, Clone, Args)]
pub struct Serve {
    /// Address to listen on
    #[arg(long, env = "RELIEF_LEDGER_ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    address: IpAddr,
    /// Port to listen on
    #[arg(long, env = "RELIEF_LEDGER_PORT", default_value_t = 8000)]
    port: u16,
    /// People reach the server over TLS, which a proxy ends
    #[arg(long, env = "RELIEF_LEDGER_TLS")]
    tls: bool,
}

impl Default for Serve {
    fn default() -> Self {
        Self { address: IpAddr::V4(Ipv4Addr::LOCALHOST), port: 8000, tls: false }
    }
}

impl Serve {
    pub(super) async fn run(self, workplace: Workplace) -> Result<Outcome> {
        let address = format!("http://{}:{}", self.address, self.port);
        if let Some(token) = people::setup_token(&workplace.door).await? {
            let link = format!("{address}/setup/{token}");
            output::say(workplace.lang, "cli.serve.setup", &[("link", &link)])?;
        }
        let listen = Listen { address: self.address, port: self.port, tls: self.tls };
        let rocket = app::rocket(workplace.door.clone(), workplace.keeper.clone(), &listen);
        app::serve(rocket, &address, || output::say(workplace.lang, "cli.serve.listening", &[("address", &address)]))
            .await?;
        Ok(Outcome::True)
    }
}
