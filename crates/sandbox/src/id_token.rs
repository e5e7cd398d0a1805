//! ID tokens (`OpenID` Connect Core §2), right or wrong in exactly one way.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::approval::Approval;
use crate::call::Call;
use crate::keys::{Algorithm, IssueError};
use crate::module::Defect;

const LIFETIME_SECONDS: i64 = 600;
/// The suite's own value: six minutes.
const EXPIRED_SECONDS: i64 = 360;

/// The ID token that comes with the access token for a code.
pub(crate) fn of_code(
    call: &Call<'_>,
    approval: &Approval,
    access_token: &str,
) -> Result<String, IssueError> {
    if call.defect() == Defect::KeysRotatedBeforeSigning {
        call.keys().rotate_once()?;
    }
    let mut claims = claims(call, approval, access_token);
    if let Some(nonce) = &approval.nonce {
        claims["nonce"] = nonce.as_str().into();
    }
    spoil(&mut claims, call.defect(), call.now.as_second());
    signed(call, approval, &claims)
}

/// The one that comes with a refresh: the same person, and no nonce (`OpenID` Connect Core §12.2).
pub(crate) fn of_refresh(
    call: &Call<'_>,
    approval: &Approval,
    access_token: &str,
) -> Result<String, IssueError> {
    let mut claims = claims(call, approval, access_token);
    match call.defect() {
        Defect::KeysRotated => call.keys().rotate_once()?,
        Defect::RefreshIssuerAltered => alter(&mut claims, "iss"),
        Defect::RefreshSubjectAltered => alter(&mut claims, "sub"),
        _ => {}
    }
    signed(call, approval, &claims)
}

fn claims(call: &Call<'_>, approval: &Approval, access_token: &str) -> Value {
    let account = approval.account;
    let now = call.now.as_second();
    let hash = digest(&SHA256, access_token.as_bytes());
    json!({
        "iss": account.issuer(),
        "sub": approval.person.subject(account),
        "aud": approval.client_id,
        "iat": now,
        "exp": now + LIFETIME_SECONDS,
        "auth_time": approval.at.as_second(),
        // OpenID Connect Core §3.1.3.6: the left half of the hash.
        "at_hash": URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16]),
    })
}

fn spoil(claims: &mut Value, defect: Defect, now: i64) {
    match defect {
        Defect::IssuerAltered => alter(claims, "iss"),
        Defect::IssuerRemoved => remove(claims, "iss"),
        Defect::SubjectRemoved => remove(claims, "sub"),
        Defect::AudienceAltered => alter(claims, "aud"),
        Defect::AudienceRemoved => remove(claims, "aud"),
        Defect::AudienceSecond => claims["aud"] = json!([claims["aud"], "unknown-client"]),
        Defect::AudienceAsArray => claims["aud"] = json!([claims["aud"]]),
        Defect::IssuedAtRemoved => remove(claims, "iat"),
        Defect::Expired => claims["exp"] = (now - EXPIRED_SECONDS).into(),
        Defect::ExpiryRemoved => remove(claims, "exp"),
        Defect::NonceAltered => alter(claims, "nonce"),
        Defect::NonceRemoved => remove(claims, "nonce"),
        _ => {}
    }
}

fn signed(call: &Call<'_>, approval: &Approval, claims: &Value) -> Result<String, IssueError> {
    let (keys, defect) = (call.keys(), call.defect());
    let algorithm = match defect {
        Defect::Unsigned => Algorithm::None,
        Defect::SignedHs256 => Algorithm::Hs256(approval.account.client_secret),
        _ if defect.needs_rsa() => Algorithm::Rs256,
        _ => Algorithm::Es256,
    };
    let named = !matches!(defect, Defect::KidAbsent | Defect::KidAbsentAmongSeveral);
    let token = keys.sign(algorithm, named, claims)?;
    Ok(match defect {
        Defect::SignatureBrokenEs256 | Defect::SignatureBrokenRs256 => broken(&token),
        _ => token,
    })
}

/// The same token, with every bit of the signature's first byte the other way round.
fn broken(token: &str) -> String {
    let Some((input, signature)) = token.rsplit_once('.') else {
        return token.to_owned();
    };
    let mut bytes = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
    if let Some(first) = bytes.first_mut() {
        *first = !*first;
    }
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(bytes))
}

/// As the suite does: a "1" at the end.
fn alter(claims: &mut Value, name: &str) {
    let altered = claims[name].as_str().map(|value| format!("{value}1"));
    if let Some(altered) = altered {
        claims[name] = altered.into();
    }
}

fn remove(claims: &mut Value, name: &str) {
    if let Some(members) = claims.as_object_mut() {
        members.remove(name);
    }
}
