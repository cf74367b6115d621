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

/// Structured logs on standard error: JSON lines; `BIDAO_LOG` filters, else `level`.
pub fn start_logging(level: &str) {
    let filter = tracing_subscriber::EnvFilter::try_from_env("BIDAO_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(level));
    tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr).init();
}
