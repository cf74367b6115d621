//! Logs and metrics. Neither holds names, contents, or paths that name records.

use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, Opts, Registry, TextEncoder};

use crate::error::{Error, Result};

/// Counters of one server.
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    seconds: HistogramVec,
    items: IntCounterVec,
}

impl Metrics {
    /// A fresh set.
    ///
    /// # Errors
    /// Two metrics of one name: a fault of ours.
    pub fn new() -> Result<Self> {
        let failed = |error: prometheus::Error| Error::Internal(format!("metrics: {error}"));
        let registry = Registry::new();
        let requests = IntCounterVec::new(
            Opts::new("bidao_requests_total", "Requests answered, by method, route and status"),
            &["method", "route", "status"],
        )
        .map_err(failed)?;
        let seconds = HistogramVec::new(
            HistogramOpts::new("bidao_request_seconds", "Seconds until the answer, by route"),
            &["route"],
        )
        .map_err(failed)?;
        let items =
            IntCounterVec::new(Opts::new("bidao_sync_items_total", "Items judged, by status"), &["status"])
                .map_err(failed)?;
        registry.register(Box::new(requests.clone())).map_err(failed)?;
        registry.register(Box::new(seconds.clone())).map_err(failed)?;
        registry.register(Box::new(items.clone())).map_err(failed)?;
        Ok(Self { registry, requests, seconds, items })
    }

    /// Counts an answered request.
    pub fn request(&self, method: &str, route: &str, status: u16, millis: i64) {
        self.requests.with_label_values(&[method, route, &status.to_string()]).inc();
        let seconds = f64::from(i32::try_from(millis).unwrap_or(i32::MAX)) / 1000.0;
        self.seconds.with_label_values(&[route]).observe(seconds);
    }

    /// Counts a judged item of a batch.
    pub fn item(&self, status: &str) {
        self.items.with_label_values(&[status]).inc();
    }

    /// The Prometheus text format.
    ///
    /// # Errors
    /// A fault of the encoder.
    pub fn text(&self) -> Result<String> {
        TextEncoder::new()
            .encode_to_string(&self.registry.gather())
            .map_err(|error| Error::Internal(format!("metrics: {error}")))
    }
}

/// Logs a panic by its place alone. What a panic says may quote what it choked on: the gate catches the
/// panics of a parser that reads what phones send, and that is personal data.
pub fn log_panics_by_place() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panicked");
    }));
}

/// The framework calls whatever a stranger sends that is no request an error of its own.
const FRAMEWORK: &str = "actix_http::h1=off";

/// However talkative a log is to be: the framework writes down the path and the body's beginning that it cannot read, and
/// people put identity numbers there.
const QUIET: [&str; 2] = ["actix_web=error", "actix_router=error"];

/// Structured logs on standard error: JSON lines; `BIDAO_LOG` filters, else `level`.
pub fn start_logging(level: &str) {
    let filter = tracing_subscriber::EnvFilter::try_from_env("BIDAO_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(format!("{level},{FRAMEWORK}")));
    let quiet = QUIET.iter().filter_map(|directive| directive.parse().ok());
    let filter = quiet.fold(filter, tracing_subscriber::EnvFilter::add_directive);
    let lines = tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr);
    // A line that cannot be written, because the log's disk is full, would be told of on standard error: a panic.
    lines.log_internal_errors(false).init();
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    const CHILD: &str = "BIDAO_TEST_PANICS";
    const CONTENT: &str = "what the household said";

    // The hook belongs to the whole process: a copy of this test, alone in a process, panics.
    #[test]
    fn a_panic_is_logged_by_its_place_and_never_by_its_content() {
        if std::env::var_os(CHILD).is_some() {
            super::start_logging("error");
            super::log_panics_by_place();
            let caught = std::panic::catch_unwind(|| panic!("{CONTENT}"));
            assert!(caught.is_err());
            return;
        }
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "--nocapture"])
            .arg("telemetry::tests::a_panic_is_logged_by_its_place_and_never_by_its_content")
            .env(CHILD, "1")
            .env_remove("BIDAO_LOG")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&child.stderr) + String::from_utf8_lossy(&child.stdout);
        assert!(child.status.success(), "{said}");
        assert!(said.contains("telemetry.rs:") && said.contains("panicked"), "{said}");
        assert!(!said.contains(CONTENT), "{said}");
    }
}
