//! What a subscription has used: in the running period, and in those before.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use crate::errors::Failure;
use crate::ids::{self, Kind};
use crate::paging::Page;
use crate::params::Params;
use crate::router::Api;
use crate::seed::METRICS;

/// A month, and what was counted in it, metric by metric.
struct Period {
    number: u64,
    from: &'static str,
    to: &'static str,
    issuing: &'static str,
    units: [u64; 2],
}

/// The running period.
const CURRENT: Period = Period {
    number: 4,
    from: "2025-01-01T00:00:00Z",
    to: "2025-01-31T23:59:59Z",
    issuing: "2025-02-01",
    units: [1200, 40],
};

/// The periods which have ended, newest first.
const PAST: [Period; 3] = [
    Period {
        number: 3,
        from: "2024-12-01T00:00:00Z",
        to: "2024-12-31T23:59:59Z",
        issuing: "2025-01-01",
        units: [5400, 38],
    },
    Period {
        number: 2,
        from: "2024-11-01T00:00:00Z",
        to: "2024-11-30T23:59:59Z",
        issuing: "2024-12-01",
        units: [4800, 31],
    },
    Period {
        number: 1,
        from: "2024-10-01T00:00:00Z",
        to: "2024-10-31T23:59:59Z",
        issuing: "2024-11-01",
        units: [900, 12],
    },
];

/// What is charged for.
struct Metric {
    number: u64,
    code: &'static str,
    name: &'static str,
    aggregation: &'static str,
    cents_a_unit: u64,
}

const CHARGED: [Metric; 2] = [
    Metric {
        number: 1,
        code: METRICS[0],
        name: "API calls",
        aggregation: "count_agg",
        cents_a_unit: 2,
    },
    Metric {
        number: 2,
        code: METRICS[1],
        name: "Storage",
        aggregation: "max_agg",
        cents_a_unit: 15,
    },
];

const TAX_PERCENT: u64 = 19;

pub(crate) async fn current(
    State(shared): Api,
    path: Result<Path<String>, PathRejection>,
    params: Params,
) -> Result<Json<Value>, Failure> {
    let Path(external_id) = path?;
    let store = shared.store();
    let customer = store.customer(&external_id)?;
    customer.subscription(params.get("external_subscription_id").unwrap_or_default())?;
    let usage = CURRENT.usage(customer.currency(), None, Value::Null);
    Ok(Json(json!({"customer_usage": usage})))
}

pub(crate) async fn past(
    State(shared): Api,
    path: Result<Path<String>, PathRejection>,
    params: Params,
) -> Result<Json<Value>, Failure> {
    let Path(external_id) = path?;
    let subscription = params
        .get("external_subscription_id")
        .ok_or(Failure::invalid(
            "external_subscription_id",
            "value_is_mandatory",
        ))?;
    let metric = params.get("billable_metric_code");
    let periods = periods(&params)?;
    let store = shared.store();
    let customer = store.customer(&external_id)?;
    customer.subscription(subscription)?;
    if metric.is_some_and(|code| !METRICS.contains(&code)) {
        return Err(Failure::NotFound("billable_metric"));
    }
    let (periods, meta) = Page::asked(&params).of(PAST.iter().take(periods));
    let periods: Vec<_> = periods
        .into_iter()
        .map(|period| {
            let invoice = ids::uuid(Kind::Invoice, period.number);
            period.usage(customer.currency(), metric, invoice.into())
        })
        .collect();
    Ok(Json(json!({"usage_periods": periods, "meta": meta})))
}

/// How many periods are asked for: all, if nothing is said.
fn periods(params: &Params) -> Result<usize, Failure> {
    match params.get("periods_count") {
        None => Ok(PAST.len()),
        Some(_) => params
            .count("periods_count")
            .ok_or(Failure::invalid("periods_count", "value_is_invalid")),
    }
}

impl Period {
    /// The usage in this period. The amounts are the whole period's, even where one metric only is shown.
    fn usage(&self, currency: Option<&str>, only: Option<&str>, invoice: Value) -> Value {
        let charged = || CHARGED.iter().zip(self.units);
        let amount: u64 = charged()
            .map(|(metric, units)| metric.cents_a_unit * units)
            .sum();
        let taxes = amount * TAX_PERCENT / 100;
        let charges: Vec<_> = charged()
            .filter(|(metric, _)| only.is_none_or(|code| code == metric.code))
            .map(|(metric, units)| metric.usage(currency, units))
            .collect();
        json!({
            "from_datetime": self.from,
            "to_datetime": self.to,
            "issuing_date": self.issuing,
            "lago_invoice_id": invoice,
            "currency": currency,
            "amount_cents": amount,
            "taxes_amount_cents": taxes,
            "total_amount_cents": amount + taxes,
            "charges_usage": charges,
        })
    }
}

impl Metric {
    fn usage(&self, currency: Option<&str>, units: u64) -> Value {
        json!({
            "units": format!("{units}.0"),
            "events_count": units,
            "amount_cents": self.cents_a_unit * units,
            "amount_currency": currency,
            "charge": {
                "lago_id": ids::uuid(Kind::Charge, self.number),
                "charge_model": "standard",
                "invoice_display_name": null,
            },
            "billable_metric": {
                "lago_id": ids::uuid(Kind::BillableMetric, self.number),
                "name": self.name,
                "code": self.code,
                "aggregation_type": self.aggregation,
            },
            "filters": [],
            "grouped_usage": [],
        })
    }
}
