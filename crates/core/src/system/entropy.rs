//! The operating system's random generator, through the cryptography library that TLS uses.

use crate::ports::Entropy;

/// Random bytes for states, nonces and verifiers.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    #[expect(
        clippy::expect_used,
        reason = "without random bytes nothing may go on; a fixed value would be worse than a stop"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        rustls::crypto::aws_lc_rs::default_provider()
            .secure_random
            .fill(bytes)
            .expect("the operating system gives random bytes");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_fills_differ() {
        let (mut one, mut two) = ([0_u8; 32], [0_u8; 32]);
        OsEntropy.fill(&mut one);
        OsEntropy.fill(&mut two);
        assert_ne!(one, [0; 32]);
        assert_ne!(one, two);
    }
}
