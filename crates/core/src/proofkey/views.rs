//! What a door may show of a connection.

use super::{Connections, Proofkey, Unreadable};
use crate::border::{
    AuthorizationStanding, AuthorizationView, ConnectionPage, ConnectionView, EndpointsView,
    Standing,
};
use crate::check::{Report, Verdict, content_id};
use crate::connection::Connection;
use crate::error::Problem;
use crate::provider::{Provider, account, proven_base, region_label, resolve};

impl Proofkey {
    /// All connections in order of their names, and the files that could not be read.
    pub fn connections(&self) -> Result<Connections, Problem> {
        let listing = self.store.list()?;
        let mut connections: Vec<ConnectionView> = listing
            .connections
            .iter()
            .map(|connection| self.view_with_report(connection))
            .collect();
        connections.sort_by_key(|view| view.name.to_lowercase());
        let unreadable = listing
            .unreadable
            .into_iter()
            .map(|file| Unreadable {
                path: file.path.display().to_string(),
                reason: file.reason,
            })
            .collect();
        Ok(Connections {
            connections,
            unreadable,
        })
    }

    /// One connection with its last report.
    pub fn page(&self, name: &str) -> Result<ConnectionPage, Problem> {
        let connection = self.find(name)?;
        let report = self.store.report(&connection.id)?;
        Ok(ConnectionPage {
            connection: self.view(&connection, report.as_ref()),
            report,
        })
    }

    /// A report that cannot be read proves nothing, and keeps nobody from the connection.
    pub(super) fn view_with_report(&self, connection: &Connection) -> ConnectionView {
        let report = self.store.report(&connection.id).ok().flatten();
        self.view(connection, report.as_ref())
    }

    pub(super) fn view(&self, connection: &Connection, report: Option<&Report>) -> ConnectionView {
        let provider = self.provider(&connection.provider).ok();
        let provider = provider.as_deref();
        let authorization = self.authorization_view(connection);
        let standing = standing(connection, provider, report, authorization.as_ref());
        let proven_at = report.map(|report| report.finished_at);
        ConnectionView {
            id: connection.id.to_string(),
            name: connection.name.clone(),
            provider: connection.provider.clone(),
            provider_name: provider.map_or_else(
                || connection.provider.clone(),
                |provider| provider.name.clone(),
            ),
            grant: connection.grant,
            client_authentication: connection.client_authentication,
            basic_encoding: connection.basic_encoding,
            scopes: connection.scopes.clone(),
            variables: connection.variables.clone(),
            parameters: connection.parameters.clone(),
            signing: connection.signing.clone(),
            service_token: connection.service_token,
            installation: connection.installation.clone(),
            service_token_ends_at: connection.service_token_ends_at,
            account: provider
                .and_then(|provider| account(provider, &connection.variables))
                .map(str::to_owned),
            region_label: provider
                .and_then(|provider| region_label(provider, &connection.variables))
                .map(str::to_owned),
            generation: connection.secrets,
            rotation: self.rotation_view(connection, provider, standing, proven_at),
            practice: connection.practice,
            endpoints: provider.and_then(|provider| endpoints(provider, connection, report)),
            authorization,
            standing,
            proven_at,
            created_at: connection.created_at,
            changed_at: connection.changed_at,
            access_token_seconds: provider
                .and_then(|provider| provider.lifetimes.access_token_seconds),
        }
    }
}

/// With the API base that the last proof was led to, while that proof holds.
fn endpoints(
    provider: &Provider,
    connection: &Connection,
    report: Option<&Report>,
) -> Option<EndpointsView> {
    let mut endpoints = resolve(provider, &connection.variables).ok()?;
    let led = report
        .filter(|report| report.api_base.is_some())
        .filter(|report| report.content_id == content_id(connection, provider));
    if let Some(report) = led {
        endpoints.api_base = proven_base(provider, &endpoints, report.api_base.as_deref());
    }
    Some(EndpointsView::from(&endpoints))
}

/// Status comes from a dated proof of this very content only; unknown stays unknown. Without its
/// provider nobody can tell what a connection was proven against.
pub(super) fn standing(
    connection: &Connection,
    provider: Option<&Provider>,
    report: Option<&Report>,
    authorization: Option<&AuthorizationView>,
) -> Standing {
    let current = |report: &Report| {
        provider.is_some_and(|provider| report.content_id == content_id(connection, provider))
    };
    let approved = authorization
        .is_none_or(|authorization| authorization.standing == AuthorizationStanding::Authorized);
    match report {
        None => Standing::Unproven,
        Some(report) if !current(report) => Standing::Stale,
        // The approval that was proven has ended.
        Some(report) if report.verdict == Verdict::Passed && !approved => Standing::Stale,
        Some(report) if report.verdict == Verdict::Passed => Standing::Proven,
        Some(_) => Standing::Failed,
    }
}
