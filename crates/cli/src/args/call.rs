//! `proofkey call`.

use std::path::PathBuf;

use clap::Args;
use proofkey_core::border::{ApiHeader, ApiMethod};

#[derive(Args)]
pub(crate) struct Call {
    /// Name or id of the connection
    pub(crate) name: String,
    /// GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS
    #[arg(value_parser = parse_method)]
    pub(crate) method: ApiMethod,
    /// Path below the address of the API, with its query: /users?per_page=1
    pub(crate) path: String,
    /// Send the contents of this file; - reads standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) data: Option<PathBuf>,
    /// A further request header; may be given more than once
    #[arg(long = "header", short = 'H', value_name = "NAME: VALUE", value_parser = parse_header)]
    pub(crate) headers: Vec<ApiHeader>,
    /// Say the headers of the answer too
    #[arg(long, short)]
    pub(crate) include: bool,
}

fn parse_method(text: &str) -> Result<ApiMethod, String> {
    Ok(match text.to_ascii_uppercase().as_str() {
        "GET" => ApiMethod::Get,
        "HEAD" => ApiMethod::Head,
        "POST" => ApiMethod::Post,
        "PUT" => ApiMethod::Put,
        "PATCH" => ApiMethod::Patch,
        "DELETE" => ApiMethod::Delete,
        "OPTIONS" => ApiMethod::Options,
        _ => return Err("use GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS".to_owned()),
    })
}

fn parse_header(text: &str) -> Result<ApiHeader, String> {
    let (name, value) = text.split_once(':').ok_or_else(|| {
        "write it as \"Name: value\", for example \"Accept: text/csv\"".to_owned()
    })?;
    Ok(ApiHeader {
        name: name.trim().to_owned(),
        value: value.trim().to_owned(),
    })
}
