//! The kit of the journeys: a scripted peer, canaries and a fake browser.
