// Generated from the Rust types that cross the border: do not edit.
// Again with: cargo run -q -p proofkey-tests --example bindings > ui/src/ipc/bindings.ts

export type About = { version: string, config_dir: string, license: string, };

/**
 * One POST with a JSON body, below the API base.
 */
export type Acknowledgement = { 
/**
 * `{app_id}`, `{installation_id}`, `{account_id}` and `{client_id}` are replaced.
 */
path: string, body: { [key in string]: string }, 
/**
 * Without which the provider does not take it.
 */
scope: string | null, success_status: Array<number>, };

/**
 * The API base comes with the token: `instance_url`, `api_domain`.
 */
export type AnsweredBase = { 
/**
 * Member of the token response that holds an https address.
 */
member: string, 
/**
 * The token goes to these hosts and what lies below them, and nowhere else.
 */
hosts: Array<string>, };

/**
 * What the API answered, for people: the credentials are withheld wherever the server repeats them.
 */
export type ApiAnswer = { method: ApiMethod, 
/**
 * The whole address that was asked.
 */
address: string, status: number, 
/**
 * "Not Found"; `None` for a status that has no registered phrase.
 */
phrase: string | null, headers: Array<ApiHeader>, body: ApiBody, 
/**
 * Bytes of the whole body.
 */
bytes: number, elapsed_ms: number, 
/**
 * The API refused the first token, and this is its answer to a fresh one.
 */
renewed: boolean, 
/**
 * Where the answer points to. It is never followed: the credentials would go along.
 */
redirects_to: string | null, asked_at: string, };

export type ApiBody = { "kind": "empty" } | { "kind": "text", text: string, is_json: boolean, is_whole: boolean, } | { "kind": "binary", media_type: string | null, };

/**
 * What is to be asked of a connection's API. It names a path, never a host.
 */
export type ApiCall = { method: ApiMethod, 
/**
 * Below the API base, with its query: `/users?per_page=1`. A whole address is taken when it begins
 * with the API base.
 */
path: string, 
/**
 * Further request headers. None of them can take the place of the credentials.
 */
headers: Array<ApiHeader>, 
/**
 * Sent as it is.
 */
body: string | null, };

export type ApiHeader = { name: string, value: string, };

/**
 * RFC 9110 §9.3 and RFC 5789.
 */
export type ApiMethod = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";

/**
 * The provider sends signed events when an app is installed (Talkdesk `AppConnect`), with the
 * credentials of the installation in them. Where such an event leads is believed only for hosts of
 * this file: the API hosts of the regions that the vendor documents, and those named here.
 */
export type AppEvents = { 
/**
 * Hosts of the API that no region has, for accounts that are there all the same.
 */
api_hosts: Array<string>, };

/**
 * What stands in `aud`: always one string.
 */
export type AssertionAudience = "issuer" | "token_endpoint";

/**
 * How a person's approval is asked for, and what the server makes of it.
 */
export type AuthorizationCode = { 
/**
 * What is known of PKCE (RFC 7636). A challenge with S256 is sent whatever it says.
 */
pkce: Pkce, redirect: RedirectPolicy, 
/**
 * How the loopback address is written; a name only where the provider demands it (RFC 8252 §8.3).
 */
redirect_host: RedirectHost, 
/**
 * For `loopback_fixed_port`: the ports to try, in order; all of them are registered.
 */
redirect_ports: Array<number>, 
/**
 * Pushed authorization requests (RFC 9126).
 */
pushed_requests: PushedRequests, 
/**
 * Whether the authorization response carries `iss` (RFC 9207).
 */
response_issuer: ResponseIssuer, 
/**
 * Further parameters of the authorization request: `access_type = "offline"`. As with all
 * parameters, a value may name variables in braces; one whose optional variable was left empty is
 * not sent.
 */
parameters: { [key in string]: string }, 
/**
 * Further parameters of the token request that redeems the code.
 */
token_parameters: { [key in string]: string }, 
/**
 * Further parameters of the refresh request.
 */
refresh_parameters: { [key in string]: string }, 
/**
 * The scope that makes the server issue a refresh token: "`offline_access`".
 */
refresh_scope: string | null, 
/**
 * Ticked at first for this grant, beside those of the scope catalogue.
 */
suggested_scopes: Array<string>, 
/**
 * Parameter of the authorization response that names the server to redeem the code at
 * ("accounts-server"); one that is not the token endpoint's is refused.
 */
response_server: string | null, 
/**
 * Further members of the token response to keep with the secrets: "sid".
 */
keep: Array<string>, 
/**
 * Signature algorithms that an ID token may have (RFC 7518 §3.1); never `none` or an HMAC.
 */
id_token_algorithms: Array<string>, 
/**
 * How sure these values are taken together.
 */
certainty: Certainty, 
/**
 * What a person must know before leaving for the provider.
 */
notes: Array<string>, };

/**
 * What a door receives while an approval runs.
 */
export type AuthorizationEvent = { "event": "step", step: AuthorizationStep, } | { "event": "waiting" } & Waiting | { "event": "notice", text: string, };

/**
 * Why there is no approval.
 */
export type AuthorizationFailure = { at: string, 
/**
 * How far it came.
 */
step: AuthorizationStep, problem: Problem, };

/**
 * Where the approval of a connection stands.
 */
export type AuthorizationStanding = "required" | "authorized" | "sign_in_again";

/**
 * The steps of an approval, in order.
 */
export type AuthorizationStep = "preparing" | "waiting" | "exchanging" | "verifying" | "keeping" | "refreshing";

/**
 * The approval of a connection with the authorization code grant. No token is in it.
 */
export type AuthorizationView = { standing: AuthorizationStanding, redirect: Redirect, 
/**
 * The addresses to register at the provider, to copy.
 */
redirect_uris: Array<string>, 
/**
 * Of the last approval that was given.
 */
consent: Consent | null, 
/**
 * Why the last attempt or refresh failed, when it did.
 */
failure: AuthorizationFailure | null, 
/**
 * Tokens that the vault did not take wait in the memory of this process; trying to keep them
 * again needs no new approval.
 */
unsaved: boolean, 
/**
 * When the approval ends by itself, where the provider file knows: "It ends when it was not used
 * for 30 days."
 */
life?: string, };

/**
 * How client ID and secret are written inside `Authorization: Basic`.
 */
export type BasicEncoding = "form" | "raw";

/**
 * How parameters are written in the body of a token request.
 */
export type BodyFormat = "form" | "json";

/**
 * One possible cause of a failure, most likely first.
 */
export type Cause = { 
/**
 * What is probably wrong and what speaks for it, in one or two plain sentences.
 */
summary: string, 
/**
 * What to do about it.
 */
remedy: string, action?: RemedyAction, };

/**
 * How sure a value is.
 */
export type Certainty = "documented" | "observed" | "inferred" | "unverified";

/**
 * One stage of a proof.
 */
export type Check = { id: CheckId, status: CheckStatus, 
/**
 * What was found, in one plain sentence.
 */
summary: string, 
/**
 * What to do, when there is something to do.
 */
remedy?: string, 
/**
 * Possible causes of a failure, most likely first.
 */
causes?: Array<Cause>, 
/**
 * Facts by name: host, addresses, certificate issuer, `status`, `error`, `error_description`...
 * Remote text is cleaned of control characters. Never a secret.
 */
evidence: { [key in string]: string }, duration_ms: number, 
/**
 * The standard the check rests on, for instance "RFC 6749 §4.4".
 */
standard?: string, };

/**
 * The stages, in the order in which they run.
 */
export type CheckId = "configuration" | "dns" | "tcp" | "tls" | "token" | "scope" | "api" | "account" | "vault";

export type CheckStatus = "passed" | "warning" | "failed" | "skipped" | "not_reached";

/**
 * How a client assertion is made (RFC 7523 §2.2 and §3), for `private_key_jwt` and
 * `client_secret_jwt`.
 */
export type ClientAssertion = { 
/**
 * What a key may sign with here, the usual one first. RS256 and `EdDSA` only where the provider
 * registers such keys.
 */
algorithms: Array<SigningAlgorithm>, audience: AssertionAudience, 
/**
 * From the time of the request to "expires": 1 to 300. "Issued at" lies 10 seconds before it; there
 * are never more than 300 between the two.
 */
lifetime_seconds: number, 
/**
 * The server finds the key by its id alone, so that one has to be given.
 */
key_id_required: boolean, keys: KeyOrigin, };

/**
 * RFC 6749 §2.3 and `OpenID` Connect Core §9.
 */
export type ClientAuthentication = "client_secret_basic" | "client_secret_post" | "private_key_jwt" | "client_secret_jwt" | "none";

/**
 * What the client credentials grant needs at this provider (RFC 6749 §4.4).
 */
export type ClientCredentialsGrant = { 
/**
 * Further parameters of the token request. A value may name variables in braces:
 * `audience = "{audience}"`; one whose optional variable was left empty is not sent.
 */
parameters: { [key in string]: string }, scope: ScopeUse, 
/**
 * Ticked at first for this grant, instead of those of the scope catalogue. May name variables.
 */
suggested_scopes: Array<string>, };

/**
 * A stable name for a kind of problem. A code exists only if a door acts on it: the command line
 * turns it into an exit status, the window into a way on.
 */
export type Code = "draft_invalid" | "not_found" | "already_exists" | "secret_missing" | "export_not_validated" | "export_not_representable" | "confirmation_missing" | "authorization_required" | "authorization_timed_out" | "authorization_denied" | "authorization_invalid" | "wrong_account" | "listener_failed" | "token_refused" | "api_refused" | "response_malformed" | "server_unreachable" | "user_agent_unavailable" | "clipboard_unavailable" | "vault_unavailable" | "vault_denied" | "file_failed" | "cancelled" | "internal";

/**
 * Input for a new connection or a changed one. It comes in by one IPC call or from the command line.
 */
export type ConnectionDraft = { 
/**
 * For people; a name is suggested when it is empty.
 */
name: string, provider: string, grant: Grant, client_authentication: ClientAuthentication, 
/**
 * `None` takes the provider's.
 */
basic_encoding: BasicEncoding | null, scopes: Array<string>, practice: boolean, 
/**
 * For the authorization code grant; `None` keeps the stored one, or has one made.
 */
redirect: Redirect | null, 
/**
 * Additional authentication parameters, as `Connection::parameters`.
 */
parameters: { [key in string]: string }, variables: { [key in string]: string }, 
/**
 * `None` keeps the stored one when a connection is changed.
 */
client_id: string | null, 
/**
 * `None` keeps the stored one when a connection is changed.
 */
client_secret: string | null, 
/**
 * For `private_key_jwt`.
 */
signing: SigningDraft, 
/**
 * Asks for tokens that live long; `None` for the usual ones.
 */
service_token: ServiceToken | null, };

/**
 * A connection's page: the view and its last report.
 */
export type ConnectionPage = { connection: ConnectionView, report: Report | null, };

/**
 * A stored connection without its secrets.
 */
export type ConnectionView = { id: string, name: string, provider: string, provider_name: string, grant: Grant, client_authentication: ClientAuthentication, basic_encoding: BasicEncoding, scopes: Array<string>, variables: { [key in string]: string }, 
/**
 * "acme", when the provider tells accounts apart by a host name.
 */
account: string | null, 
/**
 * "Europe (EU)", when the provider has regions.
 */
region_label: string | null, 
/**
 * Additional authentication parameters.
 */
parameters: { [key in string]: string }, 
/**
 * Which key signs, for `private_key_jwt`.
 */
signing: Signing | null, 
/**
 * It asks for tokens that live long.
 */
service_token: ServiceToken | null, 
/**
 * Which generation of credentials is the current one; exported files name it.
 */
generation: number, 
/**
 * `None` while no credentials stand beside the current ones.
 */
rotation: RotationView | null, 
/**
 * Of which installation of an app the credentials are.
 */
installation: Installation | null, 
/**
 * When the one that is kept ends.
 */
service_token_ends_at: string | null, practice: boolean, endpoints: EndpointsView | null, 
/**
 * Of a connection with the authorization code grant.
 */
authorization: AuthorizationView | null, standing: Standing, 
/**
 * When the last proof finished.
 */
proven_at: string | null, created_at: string, changed_at: string, 
/**
 * Usual life of an access token in seconds, when known.
 */
access_token_seconds: number | null, };

/**
 * A consent receipt: who approved what, where and when.
 */
export type Consent = { at: string, 
/**
 * As the ID token or the userinfo endpoint names them; `None` when the server does not say.
 */
person: Person | null, 
/**
 * The account that answered, as the API names it.
 */
account: string | null, requested_scopes: Array<string>, 
/**
 * `None` when the server did not say, which means those that were requested.
 */
granted_scopes: Array<string> | null, refresh: RefreshOutcome, 
/**
 * Departures from the standard that were tolerated, and what the provider does not promise.
 */
notes: Array<string>, };

/**
 * How a field for a credential is named.
 */
export type CredentialField = { label: string, help: string, };

/**
 * How the system is entered in a custom connection of Talkdesk.
 */
export type CustomConnection = { 
/**
 * Why Talkdesk cannot be connected to this system, in a sentence for people.
 */
unsuitable: string | null, 
/**
 * Appended to the API base, for instance "/api/v2".
 */
base_path: string | null, 
/**
 * What to watch when typing it into Talkdesk.
 */
notes: Array<string>, };

/**
 * Something at the provider that ends or changes on a day that is known.
 */
export type Deadline = { 
/**
 * The first day on which it no longer holds: "2027-02-16".
 */
on: string | null, 
/**
 * What ends, in a sentence for people, without the date.
 */
summary: string, 
/**
 * What to do about it.
 */
remedy: string, 
/**
 * Only connections of this grant are concerned.
 */
grant: Grant | null, certainty: Certainty, source: string, };

/**
 * A public address that tells whether an account exists, asked without any secret.
 */
export type Detection = { 
/**
 * GET this; a template like the endpoints.
 */
url: string, 
/**
 * Statuses that mean "the account exists here".
 */
found_status: Array<number>, 
/**
 * The answer must be a JSON object with this member, so that a catch-all page is not believed.
 */
found_member: string | null, 
/**
 * Statuses that mean "no such account here".
 */
absent_status: Array<number>, certainty: Certainty, };

/**
 * All findings of a draft, with the endpoints as far as they could be worked out.
 */
export type DraftReview = { findings: Array<Finding>, endpoints: ResolvedEndpoints | null, 
/**
 * What to register at the provider for the draft's redirect, in the order in which they are tried.
 */
redirect_uris: Array<string>, };

/**
 * URL templates; `{account}`, `{id_host}`, `{api_base}` are replaced by variables and region values.
 */
export type Endpoints = { 
/**
 * Required for every grant of OAuth.
 */
token: string | null, api_base: string, 
/**
 * The API base that comes with a token takes the place of `api_base`.
 */
api_base_from: AnsweredBase | null, authorization: string | null, jwks: string | null, introspection: string | null, revocation: string | null, 
/**
 * OpenID Connect Core §5.3, or an endpoint that answers like it.
 */
userinfo: string | null, 
/**
 * RFC 9126.
 */
pushed_authorization: string | null, 
/**
 * The issuer identifier, compared byte for byte (RFC 8414 §2).
 */
issuer: string | null, 
/**
 * Where the server publishes its metadata (RFC 8414 §3, OpenID Connect Discovery §4). It is read
 * again before each approval; addresses that moved since are named and not followed.
 */
metadata: string | null, };

export type EndpointsView = { 
/**
 * `None` where nothing issues tokens.
 */
token: string | null, api_base: string, authorization: string | null, };

export type ErrorSource = "authorization" | "token" | "api";

/**
 * A file is dragged over a window that waits for an event.
 */
export type EventDrop = { "drop": "over" } | { "drop": "left" } | { "drop": "taken", 
/**
 * Its name without the folder.
 */
file: string, } | { "drop": "refused", problem: Problem, };

/**
 * What became of an event that was taken in.
 */
export type EventImported = { kind: EventKind, connection: ConnectionView, 
/**
 * `None` for an event that was taken without a signature.
 */
signer: EventSigner | null, };

/**
 * What happened, by the names of Talkdesk's Events API.
 */
export type EventKind = "installed" | "credentials_rotated" | "updated" | "uninstalled" | "trial" | "user_logout";

/**
 * What an event says, before anything of it is stored.
 */
export type EventPreview = { kind: EventKind, 
/**
 * "the app was installed", after "says that".
 */
says: string, event_id: string, created_at: string | null, app_id: string | null, app_version: string | null, installation_id: string | null, account: string | null, region_label: string | null, 
/**
 * The root link.
 */
api_base: string, 
/**
 * Where tokens would be asked for.
 */
token_url: string | null, has_client_secret: boolean, has_private_key: boolean, key_id: string | null, algorithm: string | null, verdict: EventVerdict, 
/**
 * Why it cannot be imported, whoever signed it: it was taken in before, it brings no credentials.
 */
hindrance: Problem | null, 
/**
 * For new credentials: the connection that they are for.
 */
connection: string | null, practice: boolean, 
/**
 * SHA-256 of the event's bytes: what was looked at here is what may be imported.
 */
digest: string, };

/**
 * Who signed an event, when it is proven.
 */
export type EventSigner = { key_id: string, 
/**
 * "P-256".
 */
curve: string, form: SignatureForm, 
/**
 * Host of the API that published the key.
 */
host: string, 
/**
 * Until when the key signs.
 */
key_ends_at: string | null, 
/**
 * The key came from the practice server on this machine: it says nothing of the real host.
 */
practice: boolean, };

/**
 * Whether an event is believed.
 */
export type EventVerdict = { "verdict": "signed", signer: EventSigner, } | { "verdict": "unsigned" } | { "verdict": "refused", problem: Problem, };

/**
 * Where values of the file come from.
 */
export type Evidence = { 
/**
 * Dotted paths of the file, "endpoints.token", or of everything below one: "`authorization_code`".
 */
values: Array<string>, certainty: Certainty, 
/**
 * A page of the vendor, or whatever the certainty rests on.
 */
source: string, 
/**
 * What is not settled, in a sentence for people.
 */
note: string | null, };

export type ExportFormat = "json" | "yaml" | "toml" | "dotenv" | "shell" | "docker_env" | "kubernetes_secret" | "postman" | "nexla" | "curl";

export type ExportOutcome = { path: string, 
/**
 * "0600".
 */
mode: string, bytes: number, format: ExportFormat, holds_secrets: boolean, };

/**
 * A redacted rendering of what an export would write.
 */
export type ExportPreview = { format: ExportFormat, file_name: string, 
/**
 * Secrets are masked here whatever was chosen.
 */
text: string, };

export type FieldKind = "label" | "string" | "secret" | "integer" | "boolean";

/**
 * One thing to say about a draft. It names the place, never the value of a secret.
 */
export type Finding = { 
/**
 * Dotted path: "variables.account", "`client_secret`", "scopes".
 */
field: string, severity: Severity, 
/**
 * What is wrong and where: "There is a blank at the end (position 41)."
 */
summary: string, 
/**
 * What would be right, with an example.
 */
remedy: string, 
/**
 * Proofkey can put it right when asked (hygiene findings).
 */
tidy: boolean, };

export type FormChoice = { value: string, label: string, };

/**
 * A field as a form asks for it.
 */
export type FormField = { name: string, kind: FieldKind, label: string, 
/**
 * Where to find it; empty when nobody says.
 */
help: string, example: string | null, required: boolean, 
/**
 * What can be chosen; empty when anything can be typed.
 */
choices: Array<FormChoice>, };

export type GenerationPlace = "current" | "incoming" | "outgoing";

/**
 * One generation of credentials, without them.
 */
export type GenerationView = { generation: number, place: GenerationPlace, 
/**
 * `None` of the current one.
 */
reason: RotationReason | null, signing: Signing | null, 
/**
 * When it came, or stopped being the current one; `None` of the current one.
 */
since: string | null, 
/**
 * Of what goes: until when the provider is expected to take it. Of what waits: until when it is
 * expected to take the current one. `None` when nobody knows.
 */
ends_at: string | null, standing: Standing, proven_at: string | null, 
/**
 * It waits, and was current until a person went back: undoing again does not lose it.
 */
was_current: boolean, };

/**
 * How a connection comes by what it presents to the API: a grant of RFC 6749 §1.3, or, for systems
 * without an authorization server, what a person was given once (docs/adr/0009). The resource owner
 * password grant is deliberately absent (RFC 9700 §2.4).
 */
export type Grant = "client_credentials" | "authorization_code" | "http_basic" | "api_key" | "none";

/**
 * One numbered step of creating the client at the provider.
 */
export type GuideStep = { title: string, text: string, 
/**
 * A page to open; a template like the endpoints.
 */
url: string | null, 
/**
 * Something to copy from here: "scopes" copies the chosen scopes, "`redirect_uris`" the addresses
 * to register; anything else is literal text.
 */
copy: string | null, 
/**
 * The step is for this grant only.
 */
grant: Grant | null, 
/**
 * What is not certain about the step, said plainly.
 */
uncertain: string | null, };

/**
 * Of which installation of an app the credentials are.
 */
export type Installation = { app_id: string, installation_id: string, account_id: string, 
/**
 * Ids of the events that were taken in: an event that comes twice changes nothing.
 */
events: Array<string>, 
/**
 * When the newest of them was made: events arrive in any order, and an older one brings credentials
 * that were replaced since.
 */
newest_event_at?: string | null, 
/**
 * What its developer said to it by this Proofkey.
 */
answer?: InstallationAnswer | null, };

/**
 * An installation was approved or rejected.
 */
export type InstallationAnswer = { state: InstallationState, at: string, };

/**
 * What the developer of an app says to an installation. Talkdesk waits seven days for it.
 */
export type InstallationState = "approve" | "reject";

/**
 * All keys that wait for a connection.
 */
export type KeptKeys = { keys: Array<KeyView>, 
/**
 * Why some of their files cannot be used; those were left as they are.
 */
unreadable: Array<Problem>, };

/**
 * Who makes the key pair that a client signs with.
 */
export type KeyOrigin = "issued" | "registered";

/**
 * A key of ours as a door shows it. The private half never crosses.
 */
export type KeyView = { 
/**
 * Of the kept key, or of the connection whose key it is.
 */
id: string, name: string, algorithm: SigningAlgorithm, 
/**
 * The `kid`.
 */
key_id: string | null, 
/**
 * RFC 7638, SHA-256, base64url.
 */
thumbprint: string, 
/**
 * RFC 7517, on several lines.
 */
jwk: string, 
/**
 * "-----BEGIN PUBLIC KEY-----".
 */
pem: string, 
/**
 * Of a kept key: when it was made.
 */
created_at: string | null, 
/**
 * Of a kept key: the id of the connection that it was made for.
 */
for_connection: string | null, 
/**
 * A connection signs with it; otherwise it waits for one.
 */
in_use: boolean, };

/**
 * What a refusal of this provider means, beyond the words of the standard.
 */
export type KnownError = { 
/**
 * Where it comes.
 */
from: ErrorSource, status: number | null, 
/**
 * The whole `error` or `code` of the answer.
 */
error: string | null, 
/**
 * Words of the description, without regard to case.
 */
contains: string | null, 
/**
 * What it means, in a sentence for people.
 */
cause: string, remedy: string, certainty: Certainty, };

export type Lifetimes = { 
/**
 * Usual life of an access token in seconds.
 */
access_token_seconds: number | null, 
/**
 * Taken for the life of a token when the server does not say; without it, such a token is used
 * until it is refused.
 */
assumed_seconds: number | null, 
/**
 * After adding a scope to a client, refusals can last this long.
 */
scope_activation_seconds: number | null, };

/**
 * One call, without anything that its caller sent.
 */
export type LocalCall = { at: string, 
/**
 * Path of the integration; empty when it was none.
 */
integration: string, 
/**
 * As in the log: "accepted", "refused".
 */
outcome: string, 
/**
 * Why, where one outcome has several reasons; else empty.
 */
reason: string, 
/**
 * 0 when the caller did not wait for the answer.
 */
status: number, duration_us: number, };

/**
 * An integration of the validator that runs.
 */
export type LocalIntegration = { 
/**
 * Where it is asked.
 */
address: string, 
/**
 * The system that judges.
 */
system: string, 
/**
 * What it takes, in the order of a form.
 */
fields: Array<FormField>, };

/**
 * What runs, and what it was asked.
 */
export type LocalValidatorView = { 
/**
 * Empty while nothing runs.
 */
integrations: Array<LocalIntegration>, 
/**
 * The latest first.
 */
calls: Array<LocalCall>, };

/**
 * What a typed or pasted account turned out to be.
 */
export type Located = { 
/**
 * The account name found, when it obeys rule I1.
 */
account: string | null, 
/**
 * Region id, when the text was an address that names one.
 */
region: string | null, 
/**
 * What was taken from the text, for people: "Taken from the address acme.talkdeskid.eu".
 */
taken_from: string | null, findings: Array<Finding>, };

/**
 * Credentials that are to take the place of others; what is `None` stays as it is.
 */
export type NewCredentials = { 
/**
 * In the place of the client ID.
 */
client_id: string | null, 
/**
 * In the place of the client secret.
 */
client_secret: string | null, 
/**
 * For `private_key_jwt`.
 */
signing: SigningDraft | null, };

/**
 * What is asked for when a pair is made.
 */
export type NewKey = { 
/**
 * For people; a name is suggested when it is empty.
 */
name: string, 
/**
 * `None` takes what the provider of the connection prefers, or ES256.
 */
algorithm: SigningAlgorithm | null, 
/**
 * The `kid` to publish it under; `None` takes the thumbprint, which is unique by itself.
 */
key_id: string | null, 
/**
 * Name or id of the connection that is to take it.
 */
for_connection: string | null, };

/**
 * Who approved. Only issuer and subject say whether it is the same person (OpenID Connect Core §5.7).
 */
export type Person = { issuer: string | null, subject: string, name: string | null, email: string | null, };

export type Pkce = "required" | "supported" | "unsupported" | "unknown";

/**
 * The points of the contract, in the order in which they are reported.
 */
export type PointId = "reachable" | "tls" | "status" | "content_type" | "fields" | "size" | "latency" | "unknown_field" | "sent_back" | "altered" | "missing" | "empty" | "malformed" | "media_type" | "method" | "caller" | "echo";

/**
 * A practice account to try with; its credentials are public by design.
 */
export type PracticeAccount = { account: string, region: string, client_id: string, client_secret: string, 
/**
 * What happens with it: "Everything works", "The secret is refused".
 */
lesson: string, 
/**
 * The grant that the lesson is about; its client has the other one as well.
 */
grant: Grant, 
/**
 * What its client signs with, where it has a key beside the secret.
 */
key: PracticeKey | null, 
/**
 * Who signs in, when a person has to.
 */
person: PracticePerson | null, };

/**
 * The customer and the client that a practice server knows while it plays the system of a provider
 * file. All of it is public by design.
 */
export type PracticeCustomer = { 
/**
 * The file, by its ID.
 */
provider: string, variables: { [key in string]: string }, 
/**
 * Empty where the system wants none.
 */
client_id: string, client_secret: string | null, 
/**
 * Made up, because every customer of such a system makes their own; what the file itself
 * suggests is not repeated.
 */
scopes: Array<string>, 
/**
 * Who signs in, where a person approves.
 */
person: PracticePerson | null, 
/**
 * The https address to register, where the system takes no address on this computer.
 */
callback: string | null, };

/**
 * A practice authorization server that has what Talkdesk has not: discovery, pushed requests,
 * revocation. A provider can be made from its address alone.
 */
export type PracticeIssuer = { issuer: string, client_id: string, client_secret: string, scopes: Array<string>, person: PracticePerson, };

/**
 * The key of a practice client; public by design.
 */
export type PracticeKey = { 
/**
 * PKCS#8 in Base64 without armour, as Talkdesk delivers it.
 */
private_key: string, key_id: string, algorithm: SigningAlgorithm, };

/**
 * Somebody to sign in as at a practice login page; the password is public by design.
 */
export type PracticePerson = { name: string, email: string, password: string, };

export type PracticeView = { running: boolean, 
/**
 * Another process runs it, and only there can it be ended.
 */
elsewhere: boolean, 
/**
 * The provider that it plays or, while nothing runs, that it would play.
 */
provider: string, address: string | null, accounts: Array<PracticeAccount>, 
/**
 * `None` while nothing runs, and where one system is played by its file.
 */
issuer: PracticeIssuer | null, 
/**
 * Where one system is played by its file.
 */
customer: PracticeCustomer | null, };

/**
 * One described GET request and what counts as success.
 */
export type Probe = { 
/**
 * Path below the API base: "/account". May name variables in braces; without a value for one of
 * them, the probe is left out.
 */
path: string, 
/**
 * Further request headers: `"OData-Version" = "4.0"`.
 */
headers: { [key in string]: string }, 
/**
 * Granted scope that allows the call; none means always allowed.
 */
scope: string | null, 
/**
 * Only a token of this grant may be used: some calls need a person behind it.
 */
grant: Grant | null, success_status: Array<number>, 
/**
 * What the JSON answer must hold; some servers answer 200 to a refusal.
 */
requires: Array<ProbeRule>, 
/**
 * A member of the JSON answer that must equal a variable, to prove the right account answered.
 */
matches: ProbeMatch | null, 
/**
 * What a success proves, for people: "the account answers by its own name".
 */
proves: string, certainty: Certainty, };

export type ProbeMatch = { 
/**
 * JSON pointer (RFC 6901) into the answer: "/name".
 */
pointer: string, 
/**
 * Variable to compare with, without regard to ASCII case.
 */
variable: string, };

/**
 * A rule on the answer of a probe, beyond its status.
 */
export type ProbeRule = { 
/**
 * JSON pointer (RFC 6901) into the answer: "/user/id".
 */
pointer: string, 
/**
 * What must stand there; without it, anything but nothing or `null`.
 */
equals: Scalar | null, };

/**
 * A problem as it crosses a border: to the window, or to standard error. It never holds a secret.
 */
export type Problem = { code: Code, 
/**
 * What happened, in one sentence.
 */
summary: string, 
/**
 * What to do about it.
 */
remedy: string, 
/**
 * The field of the draft or file that it is about, as a dotted path.
 */
field: string | null, quoted: Quoted | null, };

/**
 * What a window receives while a proof runs.
 */
export type ProofEvent = { "event": "started", id: CheckId, } | { "event": "finished", check: Check, };

/**
 * One system that Proofkey can connect to.
 */
export type Provider = { 
/**
 * Version of this shape: 1.
 */
schema: number, 
/**
 * Lower-case name, also the file's name.
 */
id: string, 
/**
 * Id of the provider whose values hold where this file is silent.
 */
extends: string | null, name: string, 
/**
 * What else people call it, or what it is part of, for whoever searches: "Azure AD".
 */
also_known_as: Array<string>, 
/**
 * One sentence for the tile.
 */
summary: string, 
/**
 * For instance "Contact centre".
 */
category: string, 
/**
 * Month in which the values were last compared with their sources, "2026-11".
 */
as_of: string, 
/**
 * What to ask of the person, in order.
 */
variables: Array<Variable>, 
/**
 * Where the system runs; empty when there is only one place.
 */
regions: Array<Region>, 
/**
 * How a region can be found by asking public addresses.
 */
detection: Detection | null, 
/**
 * Host suffixes of addresses people paste that belong to another family than the sign-in host,
 * by region id: `{ us = ["mytalkdesk.com"] }`.
 */
pasted_suffixes: { [key in string]: Array<string> }, 
/**
 * Addresses people paste that name a variable in their path, not in their host:
 * "<https://admin.example.com/store/{shop}>".
 */
pasted_addresses: Array<string>, endpoints: Endpoints, 
/**
 * Offered grants, the usual one first.
 */
grants: Array<Grant>, 
/**
 * Offered ways of client authentication, the usual one first.
 */
client_authentication: Array<ClientAuthentication>, basic_encoding: BasicEncoding, 
/**
 * For `private_key_jwt` and `client_secret_jwt`.
 */
client_assertion: ClientAssertion, 
/**
 * Tokens that live long, where the provider issues them.
 */
service_tokens: ServiceTokens | null, 
/**
 * What happens while credentials are replaced.
 */
rotation: Rotation, 
/**
 * Signed events that bring the credentials of an installed app.
 */
app_events: AppEvents | null, 
/**
 * Of every request to the token endpoint.
 */
body_format: BodyFormat, 
/**
 * For the grant `client_credentials`.
 */
client_credentials: ClientCredentialsGrant, 
/**
 * For the grant `authorization_code`.
 */
authorization_code: AuthorizationCode | null, 
/**
 * For the grants `http_basic` and `api_key`.
 */
static_credentials: StaticCredentials | null, token_response: TokenResponse, refresh: Refresh, 
/**
 * How an access token, or an API key, is presented to the API.
 */
token_header: TokenHeader, scopes: ScopeCatalogue, 
/**
 * Calls that prove a token, the best first; the first whose scope was granted is used.
 */
probes: Array<Probe>, 
/**
 * How to create the client at the provider.
 */
guide: Array<GuideStep>, lifetimes: Lifetimes, 
/**
 * What ends or changes at the provider; shown before it is too late.
 */
deadlines: Array<Deadline>, 
/**
 * What refusals mean here.
 */
known_errors: Array<KnownError>, 
/**
 * How the system fits a custom connection of Talkdesk.
 */
custom_connection: CustomConnection, 
/**
 * Where the values come from and how sure they are.
 */
evidence: Array<Evidence>, 
/**
 * Anything a person must know before starting.
 */
notes: Array<string>, 
/**
 * Where the values come from.
 */
sources: Array<string>, };

export type ProviderOrigin = { "kind": "built_in" } | { "kind": "own", path: string, } | { "kind": "replacement", path: string, };

/**
 * A provider with what its file cannot say: where it came from, and what is due today.
 */
export type ProviderView = { provider: Provider, origin: ProviderOrigin, warnings: Array<ProviderWarning>, 
/**
 * The scopes to tick at first, for each of the provider's grants.
 */
suggested: { [key in Grant]?: Array<string> }, };

/**
 * A deadline of the provider file, as of today.
 */
export type ProviderWarning = { 
/**
 * "2027-02-16"; nothing when it holds already or no day is known.
 */
on: string | null, 
/**
 * Whole days until then; 0 or less when the day has come.
 */
days_left: number | null, summary: string, remedy: string, 
/**
 * Only connections of this grant are concerned.
 */
grant: Grant | null, certainty: Certainty, source: string, };

export type ProxyChoice = { "mode": "system" } | { "mode": "none" } | { "mode": "manual", url: string, };

export type PushedRequests = "unsupported" | "supported" | "required";

/**
 * The server's own words, cleaned of control characters and cut to a readable length.
 */
export type Quoted = { 
/**
 * HTTP status.
 */
status: number | null, 
/**
 * RFC 6749 §5.2 `error`.
 */
error: string | null, 
/**
 * RFC 6749 §5.2 `error_description`, or the API's `message`.
 */
description: string | null, };

/**
 * The redirect of one connection. It is made once, because the provider has it registered, and it
 * differs from that of every other connection (RFC 8252 §8.10).
 */
export type Redirect = { "kind": "loopback", host: RedirectHost, 
/**
 * The first free one is used. Empty: any free port, and none is registered.
 */
ports: Array<number>, 
/**
 * Begins with a slash and ends in at least 128 random bits.
 */
path: string, } | { "kind": "pasted", uri: string, };

/**
 * How the loopback address is written in the redirect URI.
 */
export type RedirectHost = "address" | "localhost";

/**
 * Which redirect URIs the provider takes.
 */
export type RedirectPolicy = "loopback_any_port" | "loopback_fixed_port" | "https_only" | "unknown";

/**
 * What a refresh does to the refresh token, and how long one lives (RFC 6749 §6, RFC 9700 §4.14).
 */
export type Refresh = { policy: RefreshPolicy, 
/**
 * It ends when it was not used for so long.
 */
idle_seconds: number | null, 
/**
 * It ends so long after the approval, whatever happens.
 */
absolute_seconds: number | null, };

/**
 * What became of the refresh that is tried right after an approval.
 */
export type RefreshOutcome = { "outcome": "not_issued", remedy: string, } | { "outcome": "unneeded", note: string, } | { "outcome": "proven" } | { "outcome": "failed", problem: Problem, };

export type RefreshPolicy = "none" | "static" | "rotating" | "unknown";

/**
 * A place where the system runs.
 */
export type Region = { id: string, 
/**
 * "Europe (EU)".
 */
label: string, 
/**
 * Template values of this region: `id_host`, `api_base`.
 */
values: { [key in string]: string }, 
/**
 * Values the person may change or must give, because they are not settled.
 */
asks: Array<RegionField>, certainty: Certainty, note: string | null, };

/**
 * A region value that is asked of the person. The entry in `values`, if any, is the suggestion.
 */
export type RegionField = { 
/**
 * The key of `values`, also the variable's name in a connection.
 */
name: string, label: string, help: string, example: string, kind: VariableKind, };

export type RegionSighting = { region: string, label: string, sighting: Sighting, 
/**
 * What the region's server did, in plain words.
 */
detail: string, };

/**
 * Something Proofkey can do about a cause when asked.
 */
export type RemedyAction = { "action": "tidy_client_secret" } | { "action": "tidy_client_id" } | { "action": "swap_credentials" } | { "action": "switch_region", region: string, } | { "action": "authorize" };

/**
 * What became of the tokens of a connection that was removed.
 */
export type Removal = { 
/**
 * The provider withdrew at least one of them.
 */
revoked: boolean, 
/**
 * What may stay valid at the provider, for people.
 */
notes: Array<string>, };

/**
 * The outcome of one proof of one connection.
 */
export type Report = { 
/**
 * Connection id.
 */
connection: string, 
/**
 * Provider id.
 */
provider: string, verdict: Verdict, started_at: string, finished_at: string, 
/**
 * All nine, in order.
 */
checks: Array<Check>, 
/**
 * Scopes the server granted, when it said so.
 */
granted_scopes: Array<string> | null, 
/**
 * The API base that came with the token, where the provider sends one: what was proven there.
 */
api_base?: string, 
/**
 * Which content of connection and provider was proven: see `check::content_id`.
 */
content_id: string, 
/**
 * Version of Proofkey that ran the checks.
 */
tool_version: string, };

/**
 * Endpoint templates with every variable filled in and checked (rules I1 to I3).
 */
export type ResolvedEndpoints = { 
/**
 * `None` where nothing issues tokens.
 */
token: string | null, api_base: string, authorization: string | null, jwks: string | null, revocation: string | null, introspection: string | null, userinfo: string | null, pushed_authorization: string | null, 
/**
 * As the provider file writes it: a URL that was parsed and written again may differ by a slash.
 */
issuer: string | null, metadata: string | null, };

export type ResponseIssuer = "absent" | "sent" | "unknown";

/**
 * What became of credentials that were to be forgotten.
 */
export type Retirement = { 
/**
 * The vault has let go of them. Unless a person asked for less, only once the provider refuses them.
 */
forgotten: boolean, 
/**
 * What the provider said to the old ones, for people.
 */
summary: string, 
/**
 * What to do when they were kept.
 */
remedy: string | null, 
/**
 * What may stay valid at the provider, for people.
 */
notes: Array<string>, connection: ConnectionView, };

/**
 * What the provider does while the credentials of a client are replaced.
 */
export type Rotation = { 
/**
 * How long the old credentials go on working after a routine replacement. `None` when nobody
 * knows, or when they work until somebody ends them.
 */
grace_seconds: number | null, 
/**
 * How the provider is told that the new credentials are in use.
 */
acknowledgement: Acknowledgement | null, };

export type RotationReason = "routine" | "compromise";

/**
 * A thing to do while credentials are replaced.
 */
export type RotationStep = "prove" | "switch" | "undo" | "retire" | "acknowledge" | "forget";

/**
 * What stands beside the current credentials of a connection, and what can be done about it.
 */
export type RotationView = { 
/**
 * The current one first, then what waits, then what goes.
 */
generations: Array<GenerationView>, 
/**
 * What can be done now, the next thing first.
 */
steps: Array<RotationStep>, 
/**
 * What ends when the provider is told that the new ones are in use; `None` when it is told nothing.
 */
acknowledgement: string | null, };

/**
 * A JSON value without members.
 */
export type Scalar = boolean | number | string;

export type ScopeCatalogue = { 
/**
 * Between scopes in requests and answers; RFC 6749 §3.3 says a space.
 */
separator: string, 
/**
 * A scope that is not listed may be typed.
 */
free_text: boolean, 
/**
 * Ticked at first.
 */
suggested: Array<string>, 
/**
 * Asked for with every approval, whatever is chosen.
 */
always: Array<string>, 
/**
 * A name may hold variables in braces: "{environment}/.default".
 */
entries: Array<ScopeEntry>, };

export type ScopeEntry = { name: string, 
/**
 * "General", "Early access", "Healthcare"...
 */
group: string, note: string | null, 
/**
 * Only this grant may ask for it.
 */
grant: Grant | null, 
/**
 * The server never names it among the granted scopes, even when it grants it.
 */
unanswered: boolean, };

/**
 * Whether a token request names scopes.
 */
export type ScopeUse = "optional" | "required" | "unsupported";

/**
 * What the page learns when a credential was put on the clipboard: everything but the credential.
 */
export type SecretCopied = { 
/**
 * After so long it is taken off again, unless something else was copied meanwhile.
 */
cleared_in_seconds: number, };

/**
 * A credential that a person may copy out of the vault.
 */
export type SecretMember = "client_id" | "client_secret" | "username" | "password" | "api_key" | "private_key";

export type SecretsChoice = "redacted" | "plain";

/**
 * A wish for tokens that live long.
 */
export type ServiceToken = { lifetime_seconds: number, };

/**
 * Access tokens that live from days to a year and are kept like a secret with an end date. They come by
 * the client credentials grant.
 */
export type ServiceTokens = { 
/**
 * Added to the token request: `token_type = "opaque"`.
 */
parameters: { [key in string]: string }, 
/**
 * The parameter that asks for a life in seconds: "`expires_in`".
 */
lifetime_parameter: string, shortest_seconds: number, longest_seconds: number, 
/**
 * How such a token is presented to the API.
 */
header: TokenHeader, 
/**
 * What the server may call them in `token_type`, beside `token_response.token_types`.
 */
token_types: Array<string>, 
/**
 * Where the server tells whether one is good, since few APIs take it: `endpoints.introspection` is
 * asked (RFC 7662 §2.1), without authentication of the client.
 */
introspection: TokenIntrospection | null, 
/**
 * For people: "Only some APIs take it."
 */
notes: Array<string>, };

export type Settings = { theme: Theme, proxy: ProxyChoice, 
/**
 * A PEM file with additional certificate authorities.
 */
ca_file: string | null, };

export type Severity = "note" | "warning" | "blocking";

/**
 * What the person adds to a sheet.
 */
export type SheetAdditions = { 
/**
 * The redirect URL that Talkdesk shows for the account's region.
 */
redirect_url: string | null, 
/**
 * What the connection is for; a sentence is suggested when it is empty.
 */
description: string | null, };

export type SheetFormat = "html" | "markdown";

/**
 * One value, and where it goes.
 */
export type SheetLine = { 
/**
 * Stays the same for the same value: "`base_path`", "`client_id`", "parameters.audience".
 */
id: string, 
/**
 * What it is, in plain words: "Token address".
 */
name: string, 
/**
 * What the field is called in Talkdesk, where that is documented.
 */
talkdesk_label: string | null, value: SheetValue, 
/**
 * What to watch.
 */
note: string | null, 
/**
 * How sure it is that Talkdesk wants this.
 */
certainty: Certainty, };

/**
 * What became of a sheet that was saved.
 */
export type SheetOutcome = { path: string, 
/**
 * "0600".
 */
mode: string, bytes: number, format: SheetFormat, };

export type SheetValue = { "kind": "text", text: string, } | { "kind": "secret", kept_in: string, member: SecretMember, } | { "kind": "ask", hint: string, };

/**
 * What one region said about an account.
 */
export type Sighting = "found" | "absent" | "unclear";

/**
 * How the two numbers of a signature are written. Talkdesk does not say, so both are taken.
 */
export type SignatureForm = "der" | "raw";

/**
 * Which key of the client signs. The key itself is in the vault.
 */
export type Signing = { algorithm: SigningAlgorithm, 
/**
 * The `kid` that the provider gave the key; goes into the header of each assertion.
 */
key_id?: string | null, 
/**
 * Of the public half (RFC 7638, SHA-256, base64url), so that people can compare.
 */
thumbprint: string, };

/**
 * A JWS algorithm (RFC 7518 §3.1, RFC 8037 §3.1) by its registered name.
 */
export type SigningAlgorithm = "ES256" | "ES384" | "ES512" | "PS256" | "PS384" | "PS512" | "RS256" | "EdDSA";

/**
 * The key of a client that signs, as it was typed, pasted or read from a file.
 */
export type SigningDraft = { 
/**
 * PEM (PKCS#8, SEC1, PKCS#1, encrypted or not), JWK, or Base64 without armour. `None` keeps the
 * stored one when a connection is changed.
 */
private_key: string | null, 
/**
 * In its place: the name or id of a key that Proofkey made and keeps. It goes over to the connection.
 */
kept_key: string | null, 
/**
 * Of an encrypted private key.
 */
passphrase: string | null, 
/**
 * The `kid` that the provider gave the key.
 */
key_id: string | null, 
/**
 * `None` takes what the key's kind and the provider suggest.
 */
algorithm: SigningAlgorithm | null, 
/**
 * The public half, PEM, JWK or Base64, when the person wants it compared.
 */
public_key: string | null, };

/**
 * What is known of a connection's health. `Unknown` is grey everywhere.
 */
export type Standing = "proven" | "failed" | "unproven" | "stale";

/**
 * Credentials that go to the API as they are, for systems without an authorization server: the
 * grants `http_basic` and `api_key`.
 */
export type StaticCredentials = { 
/**
 * Asked first and kept in the place of the client ID: a user name. Nothing when the secret is all.
 */
identifier: CredentialField | null, 
/**
 * The password or key, kept in the place of the client secret.
 */
secret: CredentialField, 
/**
 * Before the colon of HTTP Basic (RFC 7617): "{identifier}", "{identifier}/token", "{secret}".
 */
username: string, 
/**
 * After the colon: "{secret}", or a fixed word where the key is the user name.
 */
password: string, };

/**
 * The integration that is suggested for a connection, to begin with.
 */
export type SuggestedIntegration = { 
/**
 * The system that judges.
 */
system: string, 
/**
 * What it takes, in the order of a form.
 */
fields: Array<FormField>, 
/**
 * A configuration of `proofkey validator serve` with this integration alone, as text.
 */
configuration: string, };

/**
 * Every value of one proven connection in the place where Talkdesk wants it. No secret is part of it.
 */
export type TalkdeskSheet = { 
/**
 * The connection's name in Proofkey.
 */
connection: string, 
/**
 * For people: "Zendesk".
 */
provider: string, practice: boolean, 
/**
 * Month of what is known about Talkdesk's form: "2026-11".
 */
as_of: string, 
/**
 * What to do before the form is opened, at the system and in Talkdesk.
 */
before: Array<string>, 
/**
 * What to register at the system before the form is opened, where a person approves.
 */
register: SheetLine | null, 
/**
 * What goes into the form.
 */
lines: Array<SheetLine>, 
/**
 * What to do after the form was saved.
 */
after: Array<string>, 
/**
 * What may go wrong, the gravest first.
 */
warnings: Array<string>, 
/**
 * What no custom connection can do.
 */
limits: Array<string>, 
/**
 * What was proven and when: "Proven on 22 November 2026 at 14:05 UTC: ...".
 */
proof: Array<string>, };

export type Theme = "system" | "light" | "dark";

/**
 * How an access token is presented to the API.
 */
export type TokenHeader = { 
/**
 * Usually "authorization".
 */
name: string, 
/**
 * "Bearer", another word, or empty for the token alone.
 */
scheme: string, };

/**
 * What an introspection response says, by JSON pointers (RFC 6901).
 */
export type TokenIntrospection = { 
/**
 * The member that is `true` for a good token: "/active" in the standard's form.
 */
active: string, 
/**
 * The end as a number of seconds since 1970: "/exp".
 */
expires_at: string | null, };

/**
 * The answer of the token endpoint (RFC 6749 §5.1), as far as it departs from the standard.
 */
export type TokenResponse = { 
/**
 * Statuses of a success; the standard's is 200.
 */
success_status: Array<number>, 
/**
 * Accepted values of `token_type`, without regard to case.
 */
token_types: Array<string>, 
/**
 * The server sends no `token_type`.
 */
without_token_type: boolean, 
/**
 * Names of the access token, the first that is there counts: some servers call it "token".
 */
token_members: Array<string>, 
/**
 * Between scopes in the answer, where it differs from the request.
 */
scope_separator: string | null, };

/**
 * A point begins, or has its verdict.
 */
export type TrialEvent = { "event": "started", id: PointId, } | { "event": "finished", point: TrialPoint, };

/**
 * How much is tried, and what is right.
 */
export type TrialExtent = "suite" | "accepted" | "refused";

/**
 * One field of `auth`.
 */
export type TrialField = { name: string, 
/**
 * As it was typed.
 */
value: string, kind: TrialFieldKind, secret: boolean, };

export type TrialFieldKind = "text" | "integer" | "boolean";

/**
 * The verdict on one point.
 */
export type TrialPoint = { id: PointId, status: CheckStatus, 
/**
 * What was found, in one plain sentence.
 */
summary: string, 
/**
 * What to do, when there is something to do.
 */
remedy?: string, 
/**
 * Possible causes of a failure, most likely first.
 */
causes?: Array<Cause>, 
/**
 * Facts by name. Words of the validator are cleaned, and no value of a field is among them.
 */
evidence: { [key in string]: string }, duration_ms: number, 
/**
 * What the point rests on, for instance "RFC 8259".
 */
standard?: string, };

/**
 * The outcome of a trial. It holds no secret and no value that the validator returned.
 */
export type TrialReport = { 
/**
 * The address that was tried, without what of it may be a key.
 */
address: string, 
/**
 * Passed when no point failed and each was reached.
 */
verdict: Verdict, 
/**
 * All points were tried, and not those of a single call alone.
 */
suite: boolean, started_at: string, finished_at: string, points: Array<TrialPoint>, 
/**
 * Requests that were sent.
 */
calls: number, 
/**
 * Names of the fields that were held as secrets.
 */
secret_fields: Array<string>, tool_version: string, };

/**
 * A validator to try, and with what.
 */
export type TrialWish = { 
/**
 * https, or http on this machine.
 */
address: string, fields: Array<TrialField>, 
/**
 * What the validator wants to see from Talkdesk itself, one header a line.
 */
headers: string | null, extent: TrialExtent, };

/**
 * The last step of a replacement was taken back.
 */
export type Undone = { connection: ConnectionView, 
/**
 * What may stay valid at the provider, or in the vault, for people.
 */
notes: Array<string>, };

/**
 * Something to ask. Its value replaces `{name}` in endpoint templates.
 */
export type Variable = { name: string, label: string, help: string, example: string, kind: VariableKind, 
/**
 * A regular expression the whole value must match, beyond what `kind` demands.
 */
pattern: string | null, 
/**
 * What `pattern` asks for, in a sentence for people.
 */
pattern_help: string | null, 
/**
 * What nearly every value matches; another one is taken, with a warning.
 */
usual_pattern: string | null, 
/**
 * What to compare when a value is unusual, in a sentence for people.
 */
usual_help: string | null, 
/**
 * Drawn before the field: "https://".
 */
prefix: string | null, 
/**
 * Drawn after the field: ".talkdeskid.com". May use `{id_host}` of the chosen region.
 */
suffix: string | null, 
/**
 * May be left empty. An address that not every connection needs (authorization beside client
 * credentials, revocation, introspection, userinfo), a parameter or a probe that names it is then
 * left out.
 */
optional: boolean, };

export type VariableKind = "host_label" | "region" | "host" | "https_url" | "path" | "text";

/**
 * For the settings screen and `doctor`.
 */
export type VaultDescription = { 
/**
 * "System keychain (Secret Service)".
 */
name: string, 
/**
 * "Unlocked with your login; programs you run can ask for its items."
 */
protection: string, };

/**
 * How the vault in use is doing.
 */
export type VaultStatus = { description: VaultDescription, 
/**
 * A throw-away item was written, read back and removed.
 */
working: boolean, 
/**
 * What is wrong when it is not.
 */
summary: string | null, remedy: string | null, 
/**
 * Leftovers that were found and put right at start, for people.
 */
reconciled: Array<string>, };

export type Verdict = "passed" | "failed";

/**
 * What is shown while the browser is out.
 */
export type Waiting = { 
/**
 * The authorization request, to copy into any browser.
 */
url: string, redirect_uri: string, 
/**
 * The browser that was started; `None` when none was asked for.
 */
browser: string | null, 
/**
 * Why no browser could be started. The link still works.
 */
browser_problem: Problem | null, expires_at: string, 
/**
 * There is no way back to this machine: the address they land on must be pasted.
 */
must_paste: boolean, };
