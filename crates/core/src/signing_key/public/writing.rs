//! `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7, RFC 5480 §2, RFC 8410 §4). The few forms that are needed are
//! written by hand, so that nothing can fail.

use super::Numbers;

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const SEQUENCE: u8 = 0x30;

/// OBJECT IDENTIFIERs, tag and length included.
const EC: &[u8] = &[0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const ED25519: &[u8] = &[0x06, 0x03, 0x2b, 0x65, 0x70];
/// With the NULL that RFC 3279 §2.3.1 has behind it.
const RSA: &[u8] = &[
    0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
];

pub(super) fn subject_public_key(numbers: &Numbers) -> Vec<u8> {
    match numbers {
        Numbers::Ec(curve, x, y) => {
            let named = [EC, tagged(0x06, curve.oid().as_bytes()).as_slice()].concat();
            spki(&named, &[&[0x04], x.as_slice(), y].concat())
        }
        Numbers::Rsa(n, e) => {
            let both = [integer(n), integer(e)].concat();
            spki(RSA, &tagged(SEQUENCE, &both))
        }
        Numbers::Ed25519(x) => spki(ED25519, x),
    }
}

fn spki(algorithm: &[u8], key: &[u8]) -> Vec<u8> {
    // X.690 §8.6.2.2: the first octet counts the unused bits of the last.
    let key = tagged(BIT_STRING, &[&[0x00], key].concat());
    tagged(SEQUENCE, &[tagged(SEQUENCE, algorithm), key].concat())
}

/// X.690 §8.3: a leading zero keeps a number with its highest bit set from being a negative one.
fn integer(number: &[u8]) -> Vec<u8> {
    match number.first() {
        Some(first) if *first < 0x80 => tagged(INTEGER, number),
        _ => tagged(INTEGER, &[&[0x00], number].concat()),
    }
}

/// X.690 §8.1.3: below 128 the length itself, else the count of its octets and they.
fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let zeros = length.iter().take_while(|byte| **byte == 0).count();
    let length = &length[zeros..];
    let mut written = vec![tag];
    match (length, u8::try_from(length.len())) {
        ([], _) => written.push(0),
        ([short], _) if *short < 0x80 => written.push(*short),
        (long, octets) => {
            // A length has eight octets at most.
            written.push(0x80 | octets.unwrap_or(8));
            written.extend_from_slice(long);
        }
    }
    written.extend_from_slice(content);
    written
}
