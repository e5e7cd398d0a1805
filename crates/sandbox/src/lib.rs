//! A practice Talkdesk on loopback.
