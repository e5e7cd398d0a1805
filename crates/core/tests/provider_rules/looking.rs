//! Rules of probes, of what is known, and of addresses.

/// What is replaced, by what, and the field that is told.
pub(crate) const RULES: &[(&str, &str, &str)] = &[
    // Probes.
    (
        "path = \"/v2/{org}/me\"",
        "path = \"/v2/{orgs}/me\"",
        "probes[0].path",
    ),
    (
        "path = \"/v2/{org}/me\"",
        "path = \"/v2/{api}/me\"",
        "probes[0].path",
    ),
    (
        "path = \"/v2/{org}/me\"",
        "path = \"{org}\"",
        "probes[0].path",
    ),
    (
        "path = \"/v2/{org}/me\"",
        "path = \"//{org}/me\"",
        "probes[0].path",
    ),
    (
        "path = \"/v2/{org}/me\"",
        "path = \"@evil.example/{org}\"",
        "probes[0].path",
    ),
    (
        "path = \"{test_path}\"",
        "path = \"/x{test_path}\"",
        "probes[1].path",
    ),
    (
        "pointer = \"/id\"",
        "pointer = \"id\"",
        "probes[0].requires[0].pointer",
    ),
    (
        "OData-Version = \"4.0\"",
        "Authorization = \"Bearer x\"",
        "probes[0].headers.Authorization",
    ),
    (
        "OData-Version = \"4.0\"",
        "Cookie = \"x\"",
        "probes[0].headers.Cookie",
    ),
    (
        "OData-Version = \"4.0\"",
        "hOsT = \"evil.example\"",
        "probes[0].headers.hOsT",
    ),
    (
        "OData-Version = \"4.0\"",
        "X-API-Key = \"x\"",
        "probes[0].headers.X-API-Key",
    ),
    (
        "OData-Version = \"4.0\"",
        "X = \"a\\r\\nb\"",
        "probes[0].headers.X",
    ),
    // Knowledge.
    (
        "on = \"2027-02-16\"",
        "on = \"2027-02-30\"",
        "deadlines[0].on",
    ),
    ("on = \"2027-02-16\"", "on = \"soon\"", "deadlines[0].on"),
    (
        "remedy = \"Move to version 3.\"",
        "remedy = \" \"",
        "deadlines[0].remedy",
    ),
    ("status = 401\n", "", "known_errors[0]"),
    ("status = 401\n", "status = 40\n", "known_errors[0].status"),
    (
        "from = \"token\"",
        "from = \"authorization\"",
        "known_errors[0].status",
    ),
    (
        "values = [\"endpoints.api_base\"]",
        "values = [\"endpoints.tokens\"]",
        "evidence[0].values[0]",
    ),
    (
        "values = [\"endpoints.api_base\"]",
        "values = []",
        "evidence[0].values",
    ),
    (
        "source = \"https://crm.example/docs\"",
        "source = \"ftp://crm.example\"",
        "evidence[0].source",
    ),
    (
        "source = \"https://crm.example/docs\"",
        "source = \"\"",
        "evidence[0].source",
    ),
    (
        "base_path = \"/api/v2\"",
        "base_path = \"api/v2\"",
        "custom_connection.base_path",
    ),
    (
        "base_path = \"/api/v2\"",
        "base_path = \"/api/v2/\"",
        "custom_connection.base_path",
    ),
    // Addresses.
    (
        "jwks = \"https://{org}.crm.example/keys\"",
        "jwks = \"http://{org}.crm.example/keys\"",
        "endpoints.jwks",
    ),
    (
        "jwks = \"https://{org}.crm.example/keys\"",
        "jwks = \"https://{org}crm.example/keys\"",
        "endpoints.jwks",
    ),
    (
        "jwks = \"https://{org}.crm.example/keys\"",
        "jwks = \"https://crm.example@{org}/keys\"",
        "endpoints.jwks",
    ),
    (
        "jwks = \"https://{org}.crm.example/keys\"",
        "jwks = \"https://{audience}.crm.example/keys\"",
        "endpoints.jwks",
    ),
    (
        "jwks = \"https://{org}.crm.example/keys\"",
        "jwks = \"https://{org}.crm.example:8443/keys\"",
        "endpoints.jwks",
    ),
];
