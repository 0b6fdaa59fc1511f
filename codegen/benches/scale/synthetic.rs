//! Capabilities of any size, shaped as published ones are: ten operations over a resource and one below it, with 2.2
//! parameters each on average (published files: 2.1), all of them exposed as a route and as a tool, with `with`.

#[rustfmt::skip]
const PARENTS: [&str; 100] = [
    "account", "agency", "album", "apartment", "asset", "auction", "badge", "balance", "bank",
    "basket", "batch", "board", "booking", "branch", "brand", "budget", "building", "bundle",
    "campaign", "card", "carrier", "case", "catalog", "category", "channel", "charge", "city",
    "claim", "clinic", "club", "cohort", "company", "contact", "contract", "country", "coupon",
    "course", "customer", "dataset", "deal", "device", "dispute", "document", "domain", "driver",
    "email", "employee", "event", "factory", "feature", "fleet", "folder", "forecast", "form",
    "garage", "group", "guest", "hotel", "house", "image", "incident", "item", "journal", "journey",
    "kiosk", "label", "lead", "ledger", "lesson", "license", "listing", "location", "machine",
    "market", "meeting", "member", "menu", "merchant", "message", "meter", "mission", "model",
    "network", "notice", "offer", "office", "order", "outlet", "page", "parcel", "partner",
    "patient", "payment", "permit", "person", "phase", "pipeline", "playlist", "policy", "post",
];

const CHILDREN: [&str; 10] = [
    "comment",
    "version",
    "tax_rate",
    "webhook",
    "contact_role",
    "credit",
    "attachment",
    "metric",
    "audit_entry",
    "review",
];

/// The operations of one resource and the one below it.
const GROUP: usize = 10;

/// The text of a capability with this number of operations, rounded up to a multiple of ten.
pub(crate) fn capability(operations: usize) -> String {
    let groups = operations.div_ceil(GROUP);
    let every =
        |template: &str| -> String { (0..groups).map(|group| fill(template, group)).collect() };
    let (consumes, rest, mcp) = (
        every(include_str!("group/consumes.yaml")),
        every(include_str!("group/rest.yaml")),
        every(include_str!("group/mcp.yaml")),
    );
    format!(
        "\
naftiko: 1.0.0-alpha2
info:
  label: Synthetic API
  description: A synthetic API of {operations} operations.
binds:
- namespace: env
  keys:
    SYNTHETIC_API_KEY: SYNTHETIC_API_KEY
capability:
  consumes:
  - type: http
    namespace: synthetic
    baseUri: https://api.synthetic.test/v1
    authentication:
      type: bearer
      token: '{{{{env.SYNTHETIC_API_KEY}}}}'
    resources:
{consumes}  exposes:
  - type: rest
    namespace: synthetic-rest
    port: 8080
    resources:
{rest}  - type: mcp
    namespace: synthetic-mcp
    port: 9090
    tools:
{mcp}"
    )
}

fn fill(template: &str, group: usize) -> String {
    let (round, parent) = (group / PARENTS.len(), PARENTS[group % PARENTS.len()]);
    let parent = match round {
        0 => parent.to_owned(),
        _ => format!("{parent}{round}"),
    };
    template
        .replace("PARENT", &parent)
        .replace("CHILD", CHILDREN[group % CHILDREN.len()])
}
