//! Telling the provider that new credentials are in use, where it wants to know.

use std::sync::Arc;

use http::{Method, Request, header};
use url::Url;
use zeroize::Zeroizing;

use super::super::{Proofkey, blocking};
use crate::border::ConnectionView;
use crate::connection::{Connection, GenerationRole, Installation, destinations};
use crate::error::{Code, Problem, Quoted};
use crate::oauth::client_credentials::{self, ClientCredentials};
use crate::oauth::{Client, Dialect, json, withhold};
use crate::probe::Presented;
use crate::provider::{
    Acknowledgement, ParameterUse, Provider, api_base, endpoints, request_parameters,
};
use crate::renewal::Tokens;
use crate::secret::Secret;
use crate::wording::clean;

/// An answer is read this far, for its words of refusal.
const ANSWER_LIMIT: usize = 64 * 1024;

impl Proofkey {
    /// Tells the provider that the current credentials are in use. It ends the old ones then, so that
    /// there is no way back to them; only when a person asked for it.
    ///
    /// `DraftInvalid` when the provider wants no such word, the credentials came with no installation,
    /// or nothing was replaced; `ApiRefused` quotes the provider.
    pub async fn acknowledge_rotation(&self, name: &str) -> Result<ConnectionView, Problem> {
        let (stored, _turn) = self.settled(name).await?;
        // With a usual token: one that lives for months is not asked for, and left behind, for one word.
        let connection = Connection {
            service_token: None,
            ..stored.clone()
        };
        let provider = self.provider(&connection.provider)?;
        let (rule, installation) = wanted(&provider, &connection)?;
        let secrets = self.secrets_of(&connection).await?;
        let endpoints = endpoints(&provider, &connection.variables)?;
        destinations::stay(&connection, &endpoints)?;
        let network = self.network(connection.practice)?;
        let clock = self.host.clock.as_ref();
        let of = ParameterUse::ClientCredentials;
        let scopes: Vec<String> = rule.scope.iter().cloned().collect();
        // A token for this one word, with no more scope than it takes.
        let asked = ClientCredentials {
            token_url: endpoints.token_url()?,
            client: Client::of(&provider, &endpoints, &connection, &secrets)?,
            scopes: &scopes,
            parameters: &request_parameters(&provider, &connection, of)?,
            dialect: Dialect::from(&*provider),
        };
        let reply = client_credentials::request(&network, clock, &asked).await?;
        let token = Tokens::new(reply, &provider, clock.now()).access;
        let base = api_base(&provider, &endpoints, &token);
        let url = address(rule, installation, &secrets.client_id, &base)?;
        let request = written(&provider, &connection, rule, &url, &token.access_token)?;
        let answer = network.send(request, ANSWER_LIMIT).await?;
        if !rule.success_status.contains(&answer.status) {
            let withheld = [&token.access_token, &secrets.client_id];
            return Err(refused(&provider, answer.status, &answer.body, &withheld));
        }
        self.note_acknowledged(&stored).await
    }

    /// From now on the old credentials count as ended.
    async fn note_acknowledged(&self, connection: &Connection) -> Result<ConnectionView, Problem> {
        let (store, now) = (Arc::clone(&self.store), self.host.clock.now());
        let id = connection.id.clone();
        let saved = blocking(move || {
            store.edit(&id, |connection| {
                for held in &mut connection.generations {
                    if held.role == GenerationRole::Outgoing {
                        held.ends_at = Some(held.ends_at.map_or(now, |end| end.min(now)));
                    }
                }
                Ok(())
            })
        })
        .await?;
        Ok(self.view_with_report(&saved))
    }
}

fn wanted<'a>(
    provider: &'a Provider,
    connection: &'a Connection,
) -> Result<(&'a Acknowledgement, &'a Installation), Problem> {
    let why = match (
        &provider.rotation.acknowledgement,
        &connection.installation,
        connection.outgoing(),
    ) {
        (Some(rule), Some(installation), Some(_)) => return Ok((rule, installation)),
        (None, _, _) => format!("{} wants no word about new credentials.", provider.name),
        (_, None, _) => format!(
            "The credentials of “{}” did not come with an installation, so there is nothing to acknowledge.",
            connection.name
        ),
        (_, _, None) => format!("No credentials of “{}” were replaced.", connection.name),
    };
    Err(Problem::new(Code::DraftInvalid, why, "Nothing was sent."))
}

/// The values become one path segment each, whatever they hold.
fn address(
    rule: &Acknowledgement,
    installation: &Installation,
    client_id: &Secret,
    base: &Url,
) -> Result<Url, Problem> {
    let unusable = || {
        Problem::new(
            Code::DraftInvalid,
            "The address of the acknowledgement cannot be put together.",
            "Check [rotation.acknowledgement] of the provider file.",
        )
    };
    let mut url = base.clone();
    let mut segments = url.path_segments_mut().map_err(|()| unusable())?;
    segments.pop_if_empty();
    for segment in rule.path.trim_start_matches('/').split('/') {
        let value = match segment {
            "{app_id}" => &installation.app_id,
            "{installation_id}" => &installation.installation_id,
            "{account_id}" => &installation.account_id,
            "{client_id}" => client_id.expose(),
            literal => literal,
        };
        // "." and ".." would lead out of the path that the provider file names.
        if value.is_empty() || value == "." || value == ".." {
            return Err(unusable());
        }
        segments.push(value);
    }
    drop(segments);
    Ok(url)
}

fn written(
    provider: &Provider,
    connection: &Connection,
    rule: &Acknowledgement,
    url: &Url,
    token: &Secret,
) -> Result<Request<Zeroizing<Vec<u8>>>, Problem> {
    let unsendable = |reason: &str| {
        Problem::new(
            Code::ResponseMalformed,
            format!("The acknowledgement cannot be sent: {reason}."),
            "Check the provider file, or tell the operator of the server.",
        )
    };
    let presented = Presented::token(provider, connection, token);
    let body = serde_json::to_vec(&rule.body).map_err(|error| unsendable(&error.to_string()))?;
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(url.as_str())
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, "application/json")
        .body(Zeroizing::new(body))
        .map_err(|error| unsendable(&error.to_string()))?;
    if let Some((name, value)) = presented.header().map_err(unsendable)? {
        request.headers_mut().insert(name, value);
    }
    Ok(request)
}

fn refused(provider: &Provider, status: u16, body: &[u8], withheld: &[&Secret]) -> Problem {
    let said = json::parse_answer(body).ok();
    let word = |name: &str| {
        let text = said.as_ref()?.get(name)?.as_str()?;
        Some(clean(&withhold(text, withheld), 300))
    };
    let remedy = match status {
        409 => {
            "It may have been acknowledged already. Retire the old credentials to see whether they are refused."
        }
        401 | 403 => "Add the scope that it takes to the client, and try again.",
        _ => "Try again later. The old credentials are as good as before.",
    };
    Problem::new(
        Code::ApiRefused,
        format!(
            "{} did not take the acknowledgement (status {status}).",
            provider.name
        ),
        remedy,
    )
    .quoting(Quoted {
        status: Some(status),
        error: word("code"),
        description: word("message"),
    })
}
