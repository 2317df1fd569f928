//! What a turn needs of its host besides packs and the world: sentences, limits, identity and addresses.

use jackfield_core::{Limits, TenantId};
use url::Url;

use crate::callbacks::Target;
use crate::codes::CodeDelivery;
use crate::engine::Inner;
use crate::phrases::Phrases;

/// The rules that turns of a host follow. Cheap to copy.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules<'e> {
    pub(crate) phrases: &'e Phrases,
    pub(crate) limits: &'e Limits,
    pub(crate) code_delivery: &'e CodeDelivery,
    pub(crate) secret: &'e [u8; 32],
    /// Where other systems reach the host, when it knows.
    pub(crate) public: Option<&'e Url>,
    pub(crate) locale: &'e str,
}

impl Inner {
    /// The rules of this host.
    pub(crate) fn rules(&self) -> Rules<'_> {
        Rules {
            phrases: &self.phrases,
            limits: &self.limits,
            code_delivery: &self.code_delivery,
            secret: &self.secret,
            public: self.public.get(),
            locale: &self.locale,
        }
    }
}

impl Rules<'_> {
    /// The locale the host speaks that comes nearest to what a channel knows.
    pub(crate) fn locale_for(&self, wanted: &str) -> String {
        match jackfield_core::language_of(wanted) {
            "zh" => "zh-CN".to_owned(),
            "en" => "en-US".to_owned(),
            _ => self.locale.to_owned(),
        }
    }

    /// The address that leads to a target; `None` while the host does not know where it is reached.
    pub(crate) fn callback_address(
        &self,
        tenant: &TenantId,
        target: &Target<'_>,
    ) -> Option<String> {
        Some(target.address(self.public?, self.secret, tenant))
    }
}
