//! What Lago accepts of a customer.

use serde_json::{Map, Value};

use crate::customer::Customer;
use crate::errors::{Details, Failure};

const INVALID: &str = "value_is_invalid";
const MANDATORY: &str = "value_is_mandatory";

/// ISO 4217, as far as money is made of it today.
const CURRENCIES: &str = "\
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CLF \
    CLP CNY COP CRC CVE CZK DJF DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF \
    IDR ILS INR IRR ISK JMD JOD JPY KES KGS KHR KMF KRW KWD KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP \
    MRO MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD \
    SCR SEK SGD SHP SLL SOS SRD STD SZL THB TJS TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VND VUV WST XAF XCD XOF \
    XPF YER ZAR ZMW";

/// What is wrong with a value, if anything.
type Check = fn(&Value) -> Option<&'static str>;

const CHECKS: [(&str, Check); 9] = [
    ("currency", |value| {
        other_than(value, CURRENCIES.split(' ')).then_some(INVALID)
    }),
    ("email", email),
    ("country", country),
    ("customer_type", |value| {
        other_than(value, ["company", "individual"]).then_some(INVALID)
    }),
    ("finalize_zero_amount_invoice", |value| {
        other_than(value, ["inherit", "skip", "finalize"]).then_some(INVALID)
    }),
    ("net_payment_term", |value| {
        value.as_u64().is_none().then_some(INVALID)
    }),
    ("billing_configuration", |value| {
        (!value.is_object()).then_some(INVALID)
    }),
    ("shipping_address", |value| {
        (!value.is_object()).then_some(INVALID)
    }),
    ("metadata", metadata),
];

/// Checks all fields of a customer, and says whom they are of.
pub(crate) fn customer(fields: &Map<String, Value>) -> Result<&str, Failure> {
    let external_id = external_id(fields);
    let mut details = Details::new();
    if let Err(code) = external_id {
        details.insert("external_id", vec![code]);
    }
    for (name, check) in CHECKS {
        let value = fields.get(name).filter(|value| !value.is_null());
        if let Some(code) = value.and_then(check) {
            details.insert(name, vec![code]);
        }
    }
    match external_id {
        Ok(external_id) if details.is_empty() => Ok(external_id),
        _ => Err(Failure::Invalid(details)),
    }
}

/// Checks what only matters for a customer who is there: with a subscription, the currency is settled.
pub(crate) fn change(known: &Customer, fields: &Map<String, Value>) -> Result<(), Failure> {
    let wanted = fields.get("currency").and_then(Value::as_str);
    let settled = !known.subscriptions.is_empty();
    if settled && wanted.is_some() && wanted != known.currency() {
        return Err(Failure::invalid("currency", "currencies_does_not_match"));
    }
    Ok(())
}

fn external_id(fields: &Map<String, Value>) -> Result<&str, &'static str> {
    match fields.get("external_id") {
        None | Some(Value::Null) => Err(MANDATORY),
        Some(Value::String(id)) if id.trim().is_empty() => Err(MANDATORY),
        Some(Value::String(id)) => Ok(id),
        Some(_) => Err(INVALID),
    }
}

/// Whether a value is none of these words.
fn other_than<'a>(value: &Value, words: impl IntoIterator<Item = &'a str>) -> bool {
    let word = value.as_str();
    !words.into_iter().any(|known| Some(known) == word)
}

fn email(value: &Value) -> Option<&'static str> {
    let parts = value.as_str().and_then(|email| email.split_once('@'));
    let fine = parts.is_some_and(|(name, host)| {
        let letter = |c: char| !c.is_whitespace() && c != '@';
        !name.is_empty() && !host.is_empty() && name.chars().all(letter) && host.chars().all(letter)
    });
    (!fine).then_some("invalid_email_format")
}

fn country(value: &Value) -> Option<&'static str> {
    let code = value.as_str().unwrap_or_default().as_bytes();
    let fine = code.len() == 2 && code.iter().all(u8::is_ascii_alphabetic);
    (!fine).then_some("not_a_valid_country_code")
}

fn metadata(value: &Value) -> Option<&'static str> {
    let named = |item: &Value| item.get("key").is_some_and(Value::is_string);
    let fine = value
        .as_array()
        .is_some_and(|items| items.iter().all(named));
    (!fine).then_some(INVALID)
}
