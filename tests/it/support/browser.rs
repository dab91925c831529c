//! A real browser for the tests: headless Chromium, driven through chromedriver, speaking Chinese.

use std::path::PathBuf;
use std::time::Duration;

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};

use super::guarded::{Guarded, directory};

/// How long chromedriver may take to listen, on a busy machine.
const START_MS_MAX: u64 = 60_000;
/// How long a download may take.
const DOWNLOAD_MS_MAX: u64 = 30_000;
/// What chromedriver prints once it listens, followed by the port and a dot.
const LISTENS_ON: &str = "started successfully on port ";

/// A browser that asks nobody anything: no first-run pages, no updates, no other host than this one.
const FLAGS: &[&str] = &[
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-quic",
    "--metrics-recording-only",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--window-size=1440,900",
    "--lang=zh-CN",
];

/// A window with a fresh profile. Dropping it ends the browser, whatever the test came to.
pub struct Browser {
    /// Speaks to the page.
    pub client: Client,
    driver: Guarded,
}

impl Browser {
    /// Opens an empty window of the size of a large screen.
    pub async fn open() -> Self {
        Self::open_with(None).await
    }

    /// Opens an empty window in which a page has exactly this width and height.
    pub async fn open_at(window: (u32, u32)) -> Self {
        Self::open_with(Some(window)).await
    }

    async fn open_with(window: Option<(u32, u32)>) -> Self {
        let directory = directory("relief-ledger-browser-", None).expect("a directory for the browser");
        let driver = Guarded::start(directory, None, "TERM", ["chromedriver", "--port=0"]).expect("bash should start");
        let port = port_of(&driver).await;
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities(&driver, window))
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .unwrap_or_else(|error| panic!("Chromium should start: {error}\n{}", driver.log()));
        Self { client, driver }
    }

    /// Takes a picture of the window as `target/screens/NAME.png`, for people to look at.
    pub async fn screenshot(&self, name: &str) -> PathBuf {
        let picture = self.client.screenshot().await.expect("a picture of the window");
        let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let screens = target.parent().expect("the target directory").join("screens");
        std::fs::create_dir_all(&screens).expect("a directory for pictures");
        let file = screens.join(format!("{name}.png"));
        std::fs::write(&file, picture).expect("room for a picture");
        file
    }

    /// The content of a file that the page offered for download, once it is complete.
    pub async fn downloaded(&self, name: &str) -> Vec<u8> {
        // Chromium writes under another name and renames at the end.
        let file = self.driver.directory().join("downloads").join(name);
        for _ in 0..DOWNLOAD_MS_MAX / 50 {
            if let Ok(content) = std::fs::read(&file) {
                return content;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{name} was not downloaded");
    }
}

fn capabilities(driver: &Guarded, window: Option<(u32, u32)>) -> Map<String, Value> {
    let directory = driver.directory();
    let mut arguments: Vec<String> = FLAGS.iter().map(ToString::to_string).collect();
    arguments.push(format!("--user-data-dir={}", directory.join("profile").display()));
    let preferences = json!({
        "intl.accept_languages": "zh-CN,zh",
        "download.default_directory": directory.join("downloads"),
        "download.prompt_for_download": false,
        "credentials_enable_service": false,
    });
    let mut chromium = json!({ "args": arguments, "prefs": preferences });
    if let Some((width, height)) = window {
        // A window cannot be as narrow as a telephone; a page can.
        let metrics = json!({ "width": width, "height": height, "pixelRatio": 1, "mobile": false, "touch": false });
        chromium["mobileEmulation"] = json!({ "deviceMetrics": metrics });
    }
    Map::from_iter([("goog:chromeOptions".to_owned(), chromium)])
}

async fn port_of(driver: &Guarded) -> u16 {
    for _ in 0..START_MS_MAX / 20 {
        let output = driver.output();
        let rest = output.split_once(LISTENS_ON).and_then(|(_, rest)| rest.split_once('.'));
        if let Some(port) = rest.and_then(|(port, _)| port.parse().ok()) {
            return port;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("chromedriver does not listen:\n{}{}", driver.output(), driver.log());
}
