//! Keys in every form that people have, the ones that are refused, and the vectors of the standards.

use jsonwebtoken::{Algorithm, DecodingKey, crypto};

use super::*;

mod made;
