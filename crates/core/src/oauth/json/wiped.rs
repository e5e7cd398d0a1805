//! A JSON object that may hold secrets anywhere.

use std::ops::{Deref, DerefMut};

use serde_json::{Map, Value};
use zeroize::Zeroize;

/// The texts in it are wiped when it is dropped: those that nobody took out, and all of them where an error
/// ends the reading. Names of members are not.
#[derive(Default)]
pub struct Wiped(Map<String, Value>);

impl Wiped {
    /// The members, which are wiped no longer.
    pub fn into_inner(mut self) -> Map<String, Value> {
        std::mem::take(&mut self.0)
    }
}

impl From<Map<String, Value>> for Wiped {
    fn from(members: Map<String, Value>) -> Self {
        Self(members)
    }
}

impl Deref for Wiped {
    type Target = Map<String, Value>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Wiped {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl Drop for Wiped {
    fn drop(&mut self) {
        self.0.values_mut().for_each(wipe);
    }
}

fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(values) => values.iter_mut().for_each(wipe),
        Value::Object(members) => members.values_mut().for_each(wipe),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_at_every_depth_are_wiped_and_what_was_taken_out_is_not() {
        let mut value = serde_json::json!({ "a": "key", "b": [{ "c": "key" }, "key"], "d": 1 });
        wipe(&mut value);
        assert_eq!(
            value,
            serde_json::json!({ "a": "", "b": [{ "c": "" }, ""], "d": 1 })
        );
        let Value::Object(members) = serde_json::json!({ "a": "key", "b": "other" }) else {
            unreachable!("an object")
        };
        let mut wiped = Wiped::from(members);
        let taken = wiped.remove("a");
        drop(wiped);
        assert_eq!(taken, Some(Value::from("key")));
    }
}
