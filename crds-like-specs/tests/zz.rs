//! x
#[test] fn p(){ println!("{}", serde_json::to_string_pretty(&podsteward_specs::schema::schema(Some(podsteward_specs::key::Kind::Network))).unwrap()); println!("{}", serde_json::to_string(&podsteward_specs::schema::schema(None)).unwrap().len()); println!("{}", serde_json::to_string_pretty(&podsteward_specs::schema::schema(None)["$defs"]["ContainerSpec"]["properties"]).unwrap());}
