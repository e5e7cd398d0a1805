//! Prints how many client assertions one core signs in a second with ES256: part of `make bench`.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use proofkey_core::Problem;
use proofkey_core::connection::Signing;
use proofkey_core::oauth::client_assertion::Assertions;
use proofkey_core::provider::{Catalogue, ClientAuthentication, SigningAlgorithm, endpoints};
use proofkey_core::signing_key::SigningKey;
use proofkey_tests::{document, sample};

const MEASURED: Duration = Duration::from_secs(2);

fn main() -> Result<(), Problem> {
    let algorithm = SigningAlgorithm::Es256;
    let key = SigningKey::generate(algorithm)?;
    let mut connection = sample("signing");
    connection.client_authentication = ClientAuthentication::PrivateKeyJwt;
    connection
        .variables
        .insert("region".to_owned(), "us".to_owned());
    connection.signing = Some(Signing {
        algorithm,
        key_id: Some("key-1".to_owned()),
        thumbprint: key.public().thumbprint(),
    });
    let mut secrets = document("unused");
    secrets.private_key = Some(key.to_pkcs8_pem()?);
    let catalogue = Catalogue::built_in();
    let provider = catalogue.provider(&connection.provider)?;
    let endpoints = endpoints(provider, &connection.variables)?;
    let assertions = Assertions::by_key(provider, &endpoints, &connection, &secrets)?;
    let (begun, mut signed) = (Instant::now(), 0_u32);
    while begun.elapsed() < MEASURED {
        assertions.write(&secrets.client_id, None, Timestamp::UNIX_EPOCH)?;
        signed += 1;
    }
    println!("{:.0}", f64::from(signed) / begun.elapsed().as_secs_f64());
    Ok(())
}
