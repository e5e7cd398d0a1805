//! Rules of what is asked of the token endpoint, and of its answers.

/// What is replaced, by what, and the field that is told.
pub(crate) const RULES: &[(&str, &str, &str)] = &[
    // Addresses bring no parameter along that the flows set, however its name is written.
    (
        "https://{org}.crm.example/token\"",
        "https://{org}.crm.example/token?tenant=1&Client.Secret=x\"",
        "endpoints.token",
    ),
    (
        "/authorize\"",
        "/authorize?redirect.uri=https://evil.example\"",
        "endpoints.authorization",
    ),
    (
        "/authorize\"",
        "/authorize?{realm}=x\"",
        "endpoints.authorization",
    ),
    (
        "jwks = ",
        "pushed_authorization = \"https://{org}.crm.example/par?request=x\"\njwks = ",
        "endpoints.pushed_authorization",
    ),
    // Grants and what they need.
    (
        "token = \"https://{org}.crm.example/token\"",
        "",
        "endpoints.token",
    ),
    (
        "client_authentication = [\"client_secret_post\", \"none\"]",
        "client_authentication = [\"none\"]",
        "client_authentication",
    ),
    (
        "username = \"{identifier}/token\"",
        "username = \"{user}\"",
        "static_credentials.username",
    ),
    (
        "username = \"{identifier}/token\"",
        "username = \"{identifier}:\"",
        "static_credentials.username",
    ),
    (
        "username = \"{identifier}/token\"",
        "username = \"{identifier\"",
        "static_credentials.username",
    ),
    (
        "password = \"{secret}\"",
        "password = \"X\"",
        "static_credentials.password",
    ),
    (
        "identifier = { label = \"E-mail address\", help = \"Of the person the key belongs to.\" }",
        "",
        "static_credentials.username",
    ),
    (
        "secret = { label = \"API token\"",
        "secret = { label = \"\"",
        "static_credentials.secret.label",
    ),
    // Signing.
    (
        "client_authentication = [\"client_secret_post\", \"none\"]",
        "client_authentication = [\"client_secret_post\"]\nclient_assertion = { lifetime_seconds = 59 }",
        "client_assertion",
    ),
    (
        "client_authentication = [\"client_secret_post\", \"none\"]",
        "client_authentication = [\"private_key_jwt\"]\nclient_assertion = { lifetime_seconds = 0 }",
        "client_assertion.lifetime_seconds",
    ),
    (
        "client_authentication = [\"client_secret_post\", \"none\"]",
        "client_authentication = [\"private_key_jwt\"]\nclient_assertion = { lifetime_seconds = 301 }",
        "client_assertion.lifetime_seconds",
    ),
    (
        "client_authentication = [\"client_secret_post\", \"none\"]",
        "client_authentication = [\"private_key_jwt\"]\nclient_assertion = { algorithms = [] }",
        "client_assertion.algorithms",
    ),
    (
        "client_authentication = [\"client_secret_post\", \"none\"]",
        "client_authentication = [\"private_key_jwt\"]\nclient_assertion = { algorithms = [\"ES256\", \"ES256\"] }",
        "client_assertion.algorithms[1]",
    ),
    (
        "client_authentication = [\"client_secret_post\", \"none\"]",
        "client_authentication = [\"client_secret_jwt\"]\nclient_assertion = { keys = \"issued\" }",
        "client_assertion.keys",
    ),
    // Parameters and scopes.
    (
        "audience = \"{audience}\"",
        "audience = \"{audiense}\"",
        "client_credentials.parameters.audience",
    ),
    (
        "audience = \"{audience}\"",
        "audience = \"{audience\"",
        "client_credentials.parameters.audience",
    ),
    (
        "audience = \"{audience}\"",
        "audience = \"{place}\"",
        "client_credentials.parameters.audience",
    ),
    (
        "audience = \"{audience}\"",
        "\"a b\" = \"x\"",
        "client_credentials.parameters.a b",
    ),
    (
        "lives = \"{minutes}\"",
        "grant_type = \"password\"",
        "authorization_code.token_parameters.grant_type",
    ),
    (
        "name = \"{api}/.default\"",
        "name = \"{apis}/.default\"",
        "scopes.entries[1].name",
    ),
    (
        "always = [\"base\"]",
        "always = [\"basis\"]",
        "scopes.always[0]",
    ),
    (
        "suggested_scopes = [\"tickets\"]",
        "suggested_scopes = [\"ticket\"]",
        "client_credentials.suggested_scopes[0]",
    ),
    (
        "scope = \"required\"",
        "scope = \"unsupported\"",
        "client_credentials.suggested_scopes",
    ),
    (
        "response_server = \"accounts-server\"",
        "response_server = \"iss\"",
        "authorization_code.response_server",
    ),
    // Answers.
    (
        "success_status = [200, 201]",
        "success_status = []",
        "token_response.success_status",
    ),
    (
        "success_status = [200, 201]",
        "success_status = [200, 400]",
        "token_response.success_status",
    ),
    (
        "token_types = [\"bearer\", \"bot\"]",
        "token_types = []",
        "token_response.token_types",
    ),
    (
        "token_members = [\"access_token\"]",
        "token_members = []",
        "token_response.token_members",
    ),
    (
        "token_members = [\"access_token\"]",
        "token_members = [\"refresh_token\"]",
        "token_response.token_members[0]",
    ),
    (
        "scope_separator = \",\"",
        "scope_separator = \";\"",
        "token_response.scope_separator",
    ),
    (
        "member = \"instance_url\"",
        "member = \"access_token\"",
        "endpoints.api_base_from.member",
    ),
    (
        "hosts = [\"crm.example\"]",
        "hosts = []",
        "endpoints.api_base_from.hosts",
    ),
    (
        "hosts = [\"crm.example\"]",
        "hosts = [\"crm.example\", \"example\"]",
        "endpoints.api_base_from.hosts[1]",
    ),
    (
        "hosts = [\"crm.example\"]",
        "hosts = [\"m.example\"]",
        "endpoints.api_base_from.hosts",
    ),
    (
        "hosts = [\"crm.example\"]",
        "hosts = [\"*.crm.example\", \"crm.example\"]",
        "endpoints.api_base_from.hosts[0]",
    ),
    (
        "assumed_seconds = 7200",
        "assumed_seconds = 0",
        "lifetimes.assumed_seconds",
    ),
    (
        "policy = \"rotating\"",
        "policy = \"none\"",
        "refresh.policy",
    ),
];
