//! What `wit-bindgen` makes of the contract. The rest of the crate gives these types names and manners.

wit_bindgen::generate!({
    path: "../../wit",
    world: "plugin",
    pub_export_macro: true,
    generate_all,
    export_macro_name: "export_plugin",
    additional_derives: [PartialEq, serde::Serialize, serde::Deserialize],
});
