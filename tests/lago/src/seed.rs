//! The customers every stand-in starts with, and how to name what they have.

use serde_json::{Map, Value, json};

use crate::customer::{AppliedCoupon, Subscription};
use crate::store::Store;

/// The external identifiers of all customers at the start, oldest first.
pub const CUSTOMERS: [&str; 3] = [CUSTOMER, WITHOUT_PROVIDER, BARE];

/// The customer who has everything: a payment provider, a subscription, a coupon.
pub const CUSTOMER: &str = "cus_acme";

/// A customer with an address but no payment provider, no subscription and no coupon.
pub const WITHOUT_PROVIDER: &str = "cus_globex";

/// A customer of whom nothing is known but a name with letters beyond ASCII.
pub const BARE: &str = "cus_muller";

/// The external identifier of the subscription of [`CUSTOMER`].
pub const SUBSCRIPTION: &str = "sub_acme_2025";

/// The identifier of the applied coupon of [`CUSTOMER`].
pub const APPLIED_COUPON: &str = "0000000a-0000-4000-8000-000000000001";

/// The codes of the billable metrics which [`SUBSCRIPTION`] is charged by.
pub const METRICS: [&str; 2] = ["api_calls", "storage_gb"];

impl Store {
    /// The store as it is at every start.
    pub(crate) fn seeded() -> Store {
        let mut store = Store::default();
        let customer = store.upsert(CUSTOMER, &fields(acme()));
        customer.subscriptions.push(Subscription {
            external_id: SUBSCRIPTION.to_owned(),
        });
        customer.applied_coupons.push(AppliedCoupon {
            lago_id: APPLIED_COUPON.to_owned(),
        });
        store.upsert(WITHOUT_PROVIDER, &fields(globex()));
        store.upsert(BARE, &fields(json!({"name": "Zoë Müller"})));
        store
    }
}

fn acme() -> Value {
    json!({
        "name": "Acme",
        "legal_name": "Acme Tools GmbH",
        "legal_number": "HRB 4711",
        "tax_identification_number": "DE123456788",
        "email": "billing@acme.example",
        "customer_type": "company",
        "address_line1": "Hafenstraße 7",
        "city": "Hamburg",
        "zipcode": "20457",
        "country": "DE",
        "currency": "EUR",
        "timezone": "Europe/Berlin",
        "net_payment_term": 30,
        "billing_configuration": {
            "payment_provider": "stripe",
            "payment_provider_code": "stripe_eu",
            "provider_customer_id": "cus_stripe_0001",
            "document_locale": "de",
        },
    })
}

fn globex() -> Value {
    json!({
        "name": "Globex",
        "email": "accounts@globex.example",
        "address_line1": "12 Harbor Road",
        "city": "Portland",
        "state": "OR",
        "zipcode": "97201",
        "country": "US",
        "currency": "USD",
        "metadata": [{"key": "segment", "value": "mid-market", "display_in_invoice": true}],
    })
}

fn fields(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}
