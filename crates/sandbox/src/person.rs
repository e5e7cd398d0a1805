//! The people of the practice accounts. Their passwords are public by design.

use proofkey_core::border::PracticePerson;

use crate::account::Account;

/// Somebody who can sign in at every account, with an address of that account's.
pub(crate) struct Person {
    pub(crate) name: &'static str,
    local_part: &'static str,
    pub(crate) password: &'static str,
    number: u8,
}

/// Whoever is offered comes first.
pub(crate) static PEOPLE: [Person; 2] = [
    Person {
        name: "Ada Lovelace",
        local_part: "ada",
        password: "practice-ada",
        number: 1,
    },
    Person {
        name: "Grace Hopper",
        local_part: "grace",
        password: "practice-grace",
        number: 2,
    },
];

impl Person {
    pub(crate) fn email(&self, account: &Account) -> String {
        format!("{}@{}.example", self.local_part, account.mail_domain())
    }

    /// `sub`: different at every account, and the same id that the API's list of users gives.
    pub(crate) fn subject(&self, account: &Account) -> String {
        identifier(account.name, self.number)
    }

    pub(crate) fn practice(&self, account: &Account) -> PracticePerson {
        PracticePerson {
            name: self.name.to_owned(),
            email: self.email(account),
            password: self.password.to_owned(),
        }
    }
}

/// Who has that address and password at `account`. The address is compared without case.
pub(crate) fn signing_in(
    account: &Account,
    email: &str,
    password: &str,
) -> Option<&'static Person> {
    PEOPLE.iter().find(|person| {
        person.email(account).eq_ignore_ascii_case(email.trim()) && person.password == password
    })
}

/// 24 hexadecimal digits, as Talkdesk's ids have; the same for the same name and number.
pub(crate) fn identifier(name: &str, number: u8) -> String {
    let seed = name
        .bytes()
        .take(11)
        .fold(0_u128, |seed, byte| seed << 8 | u128::from(byte));
    format!("{:024x}", seed << 8 | u128::from(number))
}
