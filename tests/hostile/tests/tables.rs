//! What hostile capabilities come to at run time: their texts, as they were written.

use hostile::CAPABILITIES;
use serde_json::Value;

#[test]
fn tables_and_documents_agree() {
    for (name, capability) in CAPABILITIES {
        for adapter in capability.mcp {
            let list: Value = serde_json::from_str(adapter.tools_list).unwrap();
            let listed: Vec<&str> = list
                .as_array()
                .unwrap()
                .iter()
                .map(|tool| tool["name"].as_str().unwrap())
                .collect();
            let served: Vec<&str> = adapter.tools.iter().map(|tool| tool.name).collect();
            assert_eq!(listed, served, "{name}");
        }
        for adapter in capability.rest {
            let Some(document) = adapter.openapi else {
                continue;
            };
            let document: Value = serde_json::from_str(document).unwrap();
            let described: usize = document["paths"]
                .as_object()
                .unwrap()
                .values()
                .map(|path| path.as_object().unwrap().len())
                .sum();
            assert!(described >= adapter.routes.len(), "{name}");
        }
    }
}

#[test]
fn shapes_and_schemas_agree() {
    let mut shaped = 0;
    for (name, capability) in CAPABILITIES {
        for adapter in capability.mcp {
            let list: Value = serde_json::from_str(adapter.tools_list).unwrap();
            for (tool, entry) in adapter.tools.iter().zip(list.as_array().unwrap()) {
                let Some(shape) = tool.shape else { continue };
                let made: Value = serde_json::from_str(&shape.apply(b"{}").unwrap()).unwrap();
                let made = made.as_object().unwrap();
                let properties = entry["outputSchema"]["properties"].as_object().unwrap();
                assert!(made.keys().eq(properties.keys()), "{name} {}", tool.name);
                for (field, value) in made {
                    let constant = properties[field].get("const");
                    assert_eq!(value, constant.unwrap_or(&Value::Null), "{name} {field}");
                }
                shaped += 1;
            }
        }
    }
    assert!(shaped >= 3);
}
