//! The customers, in memory.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::customer::{AppliedCoupon, Customer};
use crate::errors::Failure;
use crate::ids;

/// All customers, by the order of their creation.
#[derive(Default)]
pub(crate) struct Store {
    customers: BTreeMap<u64, Customer>,
    created: u64,
    tick: u64,
}

impl Store {
    /// All customers, newest first.
    pub(crate) fn newest_first(&self) -> impl ExactSizeIterator<Item = &Customer> {
        self.customers.values().rev()
    }

    /// The customer with an external identifier.
    pub(crate) fn customer(&self, external_id: &str) -> Result<&Customer, Failure> {
        let mut customers = self.customers.values();
        customers
            .find(|customer| customer.external_id == external_id)
            .ok_or(Failure::NotFound("customer"))
    }

    /// Creates a customer, or sets what is given of the one who is there.
    pub(crate) fn upsert(
        &mut self,
        external_id: &str,
        fields: &Map<String, Value>,
    ) -> &mut Customer {
        let now = self.now();
        let number = match self.customer(external_id) {
            Ok(customer) => customer.number,
            Err(_) => {
                self.created += 1;
                self.created
            }
        };
        let customer = self
            .customers
            .entry(number)
            .or_insert_with(|| Customer::new(number, external_id, &now));
        customer.set(fields, &now);
        customer
    }

    /// Takes a customer away.
    pub(crate) fn destroy(&mut self, external_id: &str) -> Result<Customer, Failure> {
        let number = self.customer(external_id)?.number;
        self.customers
            .remove(&number)
            .ok_or(Failure::NotFound("customer"))
    }

    /// Takes an applied coupon from a customer; says whose it was.
    pub(crate) fn remove_coupon(
        &mut self,
        external_id: &str,
        lago_id: &str,
    ) -> Result<(&Customer, AppliedCoupon), Failure> {
        let customer = self
            .customers
            .values_mut()
            .find(|customer| customer.external_id == external_id)
            .ok_or(Failure::NotFound("customer"))?;
        let coupons = &mut customer.applied_coupons;
        let position = coupons.iter().position(|coupon| coupon.lago_id == lago_id);
        let coupon = coupons.remove(position.ok_or(Failure::NotFound("applied_coupon"))?);
        Ok((customer, coupon))
    }

    /// The next moment: time passes only when something happens.
    pub(crate) fn now(&mut self) -> String {
        self.tick += 1;
        ids::moment(self.tick)
    }
}
