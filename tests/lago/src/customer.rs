//! A customer: the object Lago shows, and what belongs to them.

use serde_json::{Map, Value, json};

use crate::errors::Failure;
use crate::ids::{self, Kind};

/// What a caller may set as it is, and what it is until then.
const DEFAULTS: [(&str, Option<&str>); 22] = [
    ("name", None),
    ("firstname", None),
    ("lastname", None),
    ("account_type", Some("customer")),
    ("customer_type", None),
    ("email", None),
    ("phone", None),
    ("url", None),
    ("logo_url", None),
    ("legal_name", None),
    ("legal_number", None),
    ("tax_identification_number", None),
    ("address_line1", None),
    ("address_line2", None),
    ("city", None),
    ("state", None),
    ("zipcode", None),
    ("country", None),
    ("currency", None),
    ("timezone", None),
    ("net_payment_term", None),
    ("finalize_zero_amount_invoice", Some("inherit")),
];

/// Fields which are objects: what is set is merged into what is there.
const OBJECTS: [(&str, &[&str]); 2] = [
    (
        "billing_configuration",
        &[
            "invoice_grace_period",
            "payment_provider",
            "payment_provider_code",
            "provider_customer_id",
            "sync_with_provider",
            "document_locale",
            "provider_payment_methods",
        ],
    ),
    (
        "shipping_address",
        &[
            "address_line1",
            "address_line2",
            "city",
            "state",
            "zipcode",
            "country",
        ],
    ),
];

/// A customer.
pub(crate) struct Customer {
    /// The how-manieth customer this is.
    pub(crate) number: u64,
    pub(crate) external_id: String,
    pub(crate) lago_id: String,
    pub(crate) subscriptions: Vec<Subscription>,
    pub(crate) applied_coupons: Vec<AppliedCoupon>,
    object: Map<String, Value>,
}

/// A subscription, active as long as its customer exists.
pub(crate) struct Subscription {
    pub(crate) external_id: String,
}

/// A coupon, as long as it is applied.
pub(crate) struct AppliedCoupon {
    pub(crate) lago_id: String,
}

impl Customer {
    /// A customer of whom nothing is known yet.
    pub(crate) fn new(number: u64, external_id: &str, now: &str) -> Customer {
        let lago_id = ids::uuid(Kind::Customer, number);
        let fixed = json!({
            "lago_id": lago_id,
            "sequential_id": number,
            "slug": format!("LAG-0001-{number:03}"),
            "external_id": external_id,
            "billing_entity_code": "default",
            "skip_invoice_custom_sections": false,
            "created_at": now,
            "metadata": [],
            "taxes": [],
            "integration_customers": [],
            "applicable_invoice_custom_sections": [],
        });
        let mut object = Map::new();
        object.extend(DEFAULTS.map(|(name, value)| (name.to_owned(), value.into())));
        for (name, fields) in OBJECTS {
            let fields = fields.iter().map(|&field| (field.to_owned(), Value::Null));
            object.insert(name.to_owned(), Value::Object(fields.collect()));
        }
        if let Value::Object(fixed) = fixed {
            object.extend(fixed);
        }
        Customer {
            number,
            external_id: external_id.to_owned(),
            lago_id,
            subscriptions: Vec::new(),
            applied_coupons: Vec::new(),
            object,
        }
    }

    /// Sets what is given and known to Lago; the rest stays as it is.
    pub(crate) fn set(&mut self, fields: &Map<String, Value>, now: &str) {
        for (name, default) in DEFAULTS {
            match fields.get(name) {
                Some(Value::Null) => self.put(name, default.into()),
                Some(value) => self.put(name, value.clone()),
                None => {}
            }
        }
        for (name, known) in OBJECTS {
            let given = fields.get(name).and_then(Value::as_object);
            let there = self.object.get_mut(name).and_then(Value::as_object_mut);
            if let (Some(given), Some(there)) = (given, there) {
                let given = given.iter();
                let given = given.filter(|(field, _)| known.contains(&field.as_str()));
                there.extend(given.map(|(field, value)| (field.clone(), value.clone())));
            }
        }
        if let Some(Value::Array(items)) = fields.get("metadata") {
            let items = (1..).zip(items);
            let items = items.map(|(number, item)| self.metadata(number, item, now));
            let items = items.collect();
            self.put("metadata", Value::Array(items));
        }
        let timezone = self.object.get("timezone").and_then(Value::as_str);
        let timezone = timezone.unwrap_or("UTC").to_owned();
        self.put("applicable_timezone", timezone.into());
        self.put("updated_at", now.into());
    }

    /// The object Lago shows.
    pub(crate) fn object(&self) -> &Map<String, Value> {
        &self.object
    }

    /// The currency, if there is one.
    pub(crate) fn currency(&self) -> Option<&str> {
        self.object.get("currency")?.as_str()
    }

    /// Who collects the payments, if anybody does.
    pub(crate) fn payment_provider(&self) -> Option<&str> {
        let configuration = self.object.get("billing_configuration")?;
        configuration.get("payment_provider")?.as_str()
    }

    /// The subscription with an external identifier.
    pub(crate) fn subscription(&self, external_id: &str) -> Result<&Subscription, Failure> {
        let mut subscriptions = self.subscriptions.iter();
        subscriptions
            .find(|subscription| subscription.external_id == external_id)
            .ok_or(Failure::NotFound("subscription"))
    }

    fn metadata(&self, number: u64, item: &Value, now: &str) -> Value {
        json!({
            "lago_id": ids::uuid(Kind::Metadata, self.number * 100 + number),
            "key": item.get("key"),
            "value": item.get("value"),
            "display_in_invoice": item.get("display_in_invoice").unwrap_or(&Value::Bool(false)),
            "created_at": now,
        })
    }

    fn put(&mut self, name: &str, value: Value) {
        self.object.insert(name.to_owned(), value);
    }
}
