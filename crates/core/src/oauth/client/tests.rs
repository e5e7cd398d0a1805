use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::*;

const ID: &str = "1PpG/Q 1";
const SECRET: &str = "z/tZ9VwFZqApmIQ+ZH1I5pLk/uB4ud:X2/8bL+wfFTt1rFw=";

fn form(authentication: ClientAuthentication, basic_encoding: BasicEncoding) -> WipedRequest {
    let (id, secret) = (Secret::new(ID.to_owned()), Secret::new(SECRET.to_owned()));
    let client = Client {
        id: &id,
        secret: Some(&secret),
        authentication,
        basic_encoding,
        assertions: None,
    };
    let url = Url::parse("https://id.example/revoke").unwrap();
    client
        .form(&url, &[("token", "a b")], Timestamp::UNIX_EPOCH)
        .unwrap()
}

#[test]
fn basic_is_form_encoded_before_it_is_joined() {
    let request = form(ClientAuthentication::ClientSecretBasic, BasicEncoding::Form);
    let header = &request.headers()["authorization"];
    assert_eq!(
        header,
        "Basic MVBwRyUyRlErMTp6JTJGdFo5VndGWnFBcG1JUSUyQlpIMUk1cExrJTJGdUI0dWQlM0FYMiUyRjhiTCUyQndmRlR0MXJGdyUzRA=="
    );
    assert!(header.is_sensitive());
    assert_eq!(request.body().as_slice(), b"token=a+b");
}

#[test]
fn each_way_of_authentication_is_the_only_one_in_its_request() {
    let raw = form(ClientAuthentication::ClientSecretBasic, BasicEncoding::Raw);
    let expected = format!("Basic {}", STANDARD.encode(format!("{ID}:{SECRET}")));
    assert_eq!(raw.headers()["authorization"], expected.as_str());
    let post = form(ClientAuthentication::ClientSecretPost, BasicEncoding::Form);
    assert!(!post.headers().contains_key("authorization"));
    let members: Vec<_> = form_urlencoded::parse(post.body()).into_owned().collect();
    assert_eq!(members[1], ("client_id".to_owned(), ID.to_owned()));
    assert_eq!(members[2], ("client_secret".to_owned(), SECRET.to_owned()));
    let public = form(ClientAuthentication::None, BasicEncoding::Form);
    assert!(!public.headers().contains_key("authorization"));
    let members: Vec<_> = form_urlencoded::parse(public.body()).into_owned().collect();
    assert_eq!(members[1..], [("client_id".to_owned(), ID.to_owned())]);
}
