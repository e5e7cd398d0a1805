//! Every key of the configuration, and what may stand there. Tests compare it with what is read
//! (`config/file.rs` and the core's `IntegrationFile`) and with the pages of the documentation.

use super::kind::{Key, Kind, key};

const TEXTS: Kind = Kind::List(&Kind::Text);
const MOST_AT_A_TIME: i64 = 65_536;
const MOST_CONNECTIONS: i64 = 16_384;

pub(super) const FILE: &[Key] = &[
    key("listen", Kind::Text, r#"listen = "127.0.0.1:8080""#),
    key("hosts", TEXTS, r#"hosts = ["validator.example.com"]"#),
    key(
        "trusted_proxies",
        TEXTS,
        r#"trusted_proxies = ["10.20.0.0/16"]"#,
    ),
    key(
        "upstream_failure",
        Kind::OneOf(&[401, 503]),
        "upstream_failure = 503",
    ),
    key("tls", Kind::Table(TLS), "[tls]"),
    key("callers", Kind::WordOr("proxy", CALLERS), "[callers]"),
    key("limits", Kind::Table(LIMITS), "[limits]"),
    key("breaker", Kind::Table(BREAKER), "[breaker]"),
    key("health", Kind::Table(HEALTH), "[health]"),
    key("integration", Kind::Tables(INTEGRATION), "[[integration]]"),
];

pub(super) const TLS: &[Key] = &[
    key("certificate", Kind::Path, r#"certificate = "tls/tls.crt""#).required(),
    key("key", Kind::Path, r#"key = "tls/tls.key""#).required(),
];

pub(super) const CALLERS: &[Key] = &[
    key(
        "bearer_file",
        Kind::Path,
        r#"bearer_file = "callers/bearer""#,
    ),
    key("basic_file", Kind::Path, r#"basic_file = "callers/basic""#),
    key("client_ca", Kind::Path, r#"client_ca = "callers/ca.pem""#),
    key(
        "client_names",
        TEXTS,
        r#"client_names = ["caller.example.com"]"#,
    ),
];

pub(super) const LIMITS: &[Key] = &[
    key("per_second", Kind::Pace, "per_second = 200"),
    key("per_source", Kind::Pace, "per_source = 50"),
    key("per_client", Kind::Pace, "per_client = 5"),
    key(
        "in_flight",
        Kind::Number(1, MOST_AT_A_TIME),
        "in_flight = 512",
    ),
    key("queue", Kind::Number(0, MOST_AT_A_TIME), "queue = 512"),
    key(
        "per_upstream",
        Kind::Number(1, MOST_AT_A_TIME),
        "per_upstream = 128",
    ),
    key(
        "connections",
        Kind::Number(1, MOST_CONNECTIONS),
        "connections = 4096",
    ),
    key(
        "per_peer",
        Kind::Number(1, MOST_CONNECTIONS),
        "per_peer = 256",
    ),
    key(
        "timeout_ms",
        Kind::Number(100, 60_000),
        "timeout_ms = 10000",
    ),
];

pub(super) const BREAKER: &[Key] = &[
    key("failures", Kind::Number(1, 1_000), "failures = 5"),
    key("rest_ms", Kind::Number(100, 60_000), "rest_ms = 5000"),
];

pub(super) const HEALTH: &[Key] =
    &[key("listen", Kind::Text, r#"listen = "127.0.0.1:9090""#).required()];

pub(super) const INTEGRATION: &[Key] = &[
    key("path", Kind::Text, r#"path = "/desk/authorization""#).required(),
    key("provider", Kind::Text, r#"provider = "zendesk-token""#),
    key("upstream", Kind::Table(UPSTREAM), "[integration.upstream]"),
    key(
        "grant",
        Kind::Word(GRANTS),
        r#"grant = "client_credentials""#,
    ),
    key(
        "client_authentication",
        Kind::Word(CLIENT_AUTHENTICATION),
        r#"client_authentication = "client_secret_basic""#,
    ),
    key("scopes", TEXTS, r#"scopes = ["users:read"]"#),
    key(
        "fixed",
        Kind::Map(&Kind::Text),
        r#"fixed = { region = "eu" }"#,
    ),
    key(
        "fields",
        Kind::Map(&Kind::Field(FIELD)),
        r#"fields = { account = "label", api_token = "secret" }"#,
    )
    .required(),
    key(
        "returns",
        Kind::Map(&Kind::Text),
        r#"returns = { user_id = "$.user.id" }"#,
    ),
    key(
        "unknown_fields",
        Kind::Word(&["ignore", "refuse"]),
        r#"unknown_fields = "refuse""#,
    ),
    key(
        "in_flight",
        Kind::Number(1, MOST_AT_A_TIME),
        "in_flight = 64",
    ),
    key("timeout_ms", Kind::Number(100, 60_000), "timeout_ms = 5000"),
];

/// Those with credentials to judge.
const GRANTS: &[&str] = &[
    "client_credentials",
    "authorization_code",
    "http_basic",
    "api_key",
];

/// Those with a secret to judge.
const CLIENT_AUTHENTICATION: &[&str] = &[
    "client_secret_basic",
    "client_secret_post",
    "client_secret_jwt",
];

pub(super) const FIELD: &[Key] = &[
    key("kind", Kind::Word(FIELD_KINDS), r#"kind = "secret""#).required(),
    key("as", Kind::Text, r#"as = "identifier""#),
    key("optional", Kind::Flag, "optional = true"),
    key("label", Kind::Text, r#"label = "Shop""#),
];

pub(super) const FIELD_KINDS: &[&str] = &["label", "string", "secret", "integer", "boolean"];

pub(super) const UPSTREAM: &[Key] = &[
    key(
        "api_base",
        Kind::Text,
        r#"api_base = "https://{account}.example.com/api""#,
    )
    .required(),
    key("path", Kind::Text, r#"path = "/users/me""#).required(),
    key(
        "headers",
        Kind::Map(&Kind::Text),
        r#"headers = { Accept = "application/json" }"#,
    ),
    key(
        "success_status",
        Kind::List(&Kind::Number(100, 599)),
        "success_status = [200]",
    ),
    key(
        "requires",
        Kind::Tables(RULE),
        r#"requires = [{ pointer = "/user/id" }]"#,
    ),
    key(
        "basic",
        Kind::Table(BASIC),
        r#"basic = { username = "{email}", password = "{api_token}" }"#,
    ),
    key(
        "header",
        Kind::Table(HEADER),
        r#"header = { name = "X-Api-Key", field = "api_key" }"#,
    ),
    key("token", Kind::Text, r#"token = "access_token""#),
];

pub(super) const RULE: &[Key] = &[
    key("pointer", Kind::Text, r#"pointer = "/user/id""#).required(),
    key("equals", Kind::Scalar, "equals = true"),
];

pub(super) const BASIC: &[Key] = &[
    key("username", Kind::Text, r#"username = "{email}""#).required(),
    key("password", Kind::Text, r#"password = "{api_token}""#).required(),
];

pub(super) const HEADER: &[Key] = &[
    key("name", Kind::Text, r#"name = "X-Api-Key""#).required(),
    key("scheme", Kind::Text, r#"scheme = "Token""#),
    key("field", Kind::Text, r#"field = "api_key""#).required(),
];
