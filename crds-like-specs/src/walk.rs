//! The walk of a document along the schema of its kind.
//!
//! Owns what the schema alone can tell: unknown and missing fields, wrong types, words and numbers out of range;
//! and what is left of the document without them, so that the checks of meaning find the rest at once. It walks
//! the tree, not its JSON, because only the tree knows places. Never knows what a field means.
//! Called by [`crate::load`]; the sentences stand in [`message`].

mod message;

use serde_json::Value;

use crate::problem::{Place, Problem};
use crate::tree::{Content, Entry, Item, Node, item_path, key_path};

/// Walks a document. The answer is the part of it that fits the schema; `problems` tells the rest.
pub(crate) fn walk(file: &str, schema: &Value, document: &Node, problems: &mut Vec<Problem>) -> Option<Node> {
    let mut walk = Walk { file, root: schema, problems };
    let rule = walk.rule(schema, None);
    walk.value(rule, document, "")
}

struct Walk<'a> {
    file: &'a str,
    root: &'a Value,
    problems: &'a mut Vec<Problem>,
}

/// A schema with the nearest title on the way to it: what is allowed, in words.
#[derive(Clone, Copy)]
struct Rule<'a> {
    schema: &'a Value,
    title: Option<&'a str>,
}

impl<'a> Rule<'a> {
    fn get(self, keyword: &str) -> Option<&'a Value> {
        self.schema.get(keyword)
    }

    /// The schemas of which one must hold. Null is no choice: it means "not declared" and never comes this far.
    fn choices(self) -> Vec<&'a Value> {
        let choices = self.get("anyOf").or_else(|| self.get("oneOf")).and_then(Value::as_array);
        let not_null = |choice: &&Value| choice.get("type").and_then(Value::as_str) != Some("null");
        choices.into_iter().flatten().filter(not_null).collect()
    }

    /// The words allowed, if the schema is a closed list of words.
    fn words(self) -> Vec<&'a str> {
        let listed = self.get("enum").and_then(Value::as_array).into_iter().flatten();
        listed.chain(self.get("const")).filter_map(Value::as_str).collect()
    }

    /// The JSON types allowed; empty means any.
    fn types(self) -> Vec<&'a str> {
        match self.get("type") {
            Some(Value::Array(types)) => types.iter().filter_map(Value::as_str).collect(),
            Some(one) => one.as_str().into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// The fields that the schema has.
    fn fields(self) -> Vec<&'a str> {
        let fields = self.get("properties").and_then(Value::as_object);
        fields.into_iter().flatten().map(|(name, _)| name.as_str()).collect()
    }

    /// Whether a map holds exactly one of the fields.
    fn is_one_key(self) -> bool {
        self.get("maxProperties").and_then(Value::as_u64) == Some(1)
    }

    fn admits_type_of(self, node: &Node) -> bool {
        let types = self.types();
        let is = |name: &&str| match (&node.content, *name) {
            (Content::Null, "null")
            | (Content::Bool(_), "boolean")
            | (Content::Number(_), "number")
            | (Content::Text(_), "string")
            | (Content::List(_), "array")
            | (Content::Map(_), "object") => true,
            (Content::Number(number), "integer") => !number.is_f64(),
            _ => false,
        };
        types.is_empty() || types.iter().any(is)
    }
}

impl<'a> Walk<'a> {
    /// Follows references. The outermost title wins: it speaks of the field, not of the type.
    fn rule(&self, mut schema: &'a Value, title: Option<&'a str>) -> Rule<'a> {
        let mut title = title;
        loop {
            title = title.or_else(|| schema.get("title").and_then(Value::as_str));
            let reference = schema.get("$ref").and_then(Value::as_str);
            let pointer = reference.and_then(|reference| reference.strip_prefix('#'));
            match pointer.and_then(|pointer| self.root.pointer(pointer)) {
                Some(target) => schema = target,
                None => return Rule { schema, title },
            }
        }
    }

    fn value(&mut self, rule: Rule<'a>, node: &Node, path: &str) -> Option<Node> {
        let choices = rule.choices();
        if !choices.is_empty() {
            return self.choice(rule, &choices, node, path);
        }
        let words = rule.words();
        if !words.is_empty() {
            return self.word(&words, node, path);
        }
        if !rule.admits_type_of(node) {
            self.problem(node.place, path, &message::wrong_type(node, rule.title, &rule.types()));
            return None;
        }
        match &node.content {
            Content::List(items) => Some(self.list(rule, node, items, path)),
            Content::Map(entries) => self.map(rule, node, entries, path),
            Content::Number(_) => self.number(rule, node, path),
            Content::Null | Content::Bool(_) | Content::Text(_) => Some(node.clone()),
        }
    }

    fn choice(&mut self, rule: Rule<'a>, choices: &[&'a Value], node: &Node, path: &str) -> Option<Node> {
        let rules: Vec<Rule<'a>> = choices.iter().map(|schema| self.rule(schema, rule.title)).collect();
        let words: Vec<&str> = rules.iter().flat_map(|choice| choice.words()).collect();
        if let [only] = rules.as_slice() {
            return self.value(*only, node, path);
        }
        if !words.is_empty() {
            return self.word(&words, node, path);
        }
        // The choices of one field differ by type, so the first that fits is the one that was meant.
        if let Some(meant) = rules.iter().find(|choice| choice.admits_type_of(node)) {
            return self.value(*meant, node, path);
        }
        let types: Vec<&str> = rules.iter().flat_map(|choice| choice.types()).collect();
        self.problem(node.place, path, &message::wrong_type(node, None, &types));
        None
    }

    fn word(&mut self, words: &[&str], node: &Node, path: &str) -> Option<Node> {
        if node.text().is_some_and(|text| words.contains(&text)) {
            return Some(node.clone());
        }
        self.problem(node.place, path, &message::wrong_word(node, words));
        None
    }

    fn number(&mut self, rule: Rule<'a>, node: &Node, path: &str) -> Option<Node> {
        let Content::Number(number) = &node.content else { return None };
        let bound = |keyword: &str| rule.get(keyword).and_then(Value::as_number);
        let (low, high) = (bound("minimum"), bound("maximum"));
        let value = number.as_f64().unwrap_or(f64::NAN);
        let below = low.and_then(serde_json::Number::as_f64).is_some_and(|low| value < low);
        let above = high.and_then(serde_json::Number::as_f64).is_some_and(|high| value > high);
        if below || above {
            self.problem(node.place, path, &message::out_of_range(number, rule.title, low, high));
            return None;
        }
        Some(node.clone())
    }

    fn list(&mut self, rule: Rule<'a>, node: &Node, items: &[Item], path: &str) -> Node {
        let Some(schema) = rule.get("items") else { return node.clone() };
        let rule = self.rule(schema, None);
        let mut sound = Vec::with_capacity(items.len());
        for item in items {
            if let Some(node) = self.value(rule, &item.node, &item_path(path, item.index)) {
                sound.push(Item { index: item.index, node });
            }
        }
        Node { place: node.place, content: Content::List(sound) }
    }

    fn map(&mut self, rule: Rule<'a>, node: &Node, entries: &[Entry], path: &str) -> Option<Node> {
        let sound: Vec<Entry> = entries.iter().filter_map(|entry| self.entry(rule, entry, path)).collect();
        let required = rule.get("required").and_then(Value::as_array).into_iter().flatten();
        for name in required.filter_map(Value::as_str).filter(|name| node.get(name).is_none()) {
            let schema = rule.get("properties").and_then(|fields| fields.get(name));
            let field = schema.map(|schema| self.rule(schema, None));
            let words = field.map(Rule::words).unwrap_or_default();
            let message = message::missing(field.and_then(|field| field.title), &words);
            self.problem(node.place, &key_path(path, name), &message);
        }
        if rule.is_one_key() {
            let keys: Vec<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
            let known = rule.fields();
            if keys.len() != 1 && keys.iter().all(|key| known.contains(key)) {
                self.problem(node.place, path, &message::not_one(&keys, &known));
            }
            if keys.len() != 1 || sound.len() != 1 {
                return None;
            }
        }
        Some(Node { place: node.place, content: Content::Map(sound) })
    }

    /// Null is "not declared", but for two maps in which the key alone says something: the one that holds exactly one,
    /// and the one whose values may be null.
    fn entry(&mut self, rule: Rule<'a>, entry: &Entry, path: &str) -> Option<Entry> {
        let child_path = key_path(path, &entry.key);
        let field = rule.get("properties").and_then(|fields| fields.get(&entry.key));
        let more = rule.get("additionalProperties").filter(|more| more.is_object());
        let Some(schema) = field.or(more) else {
            let message = message::unknown_field(&entry.key, &rule.fields());
            self.problem(entry.key_place, &child_path, &message);
            return None;
        };
        let child = self.rule(schema, None);
        let mut node = &entry.node;
        let empty = Node { place: entry.key_place, content: Content::Map(Vec::new()) };
        if node.content == Content::Null {
            if rule.is_one_key() {
                node = &empty;
            } else if field.is_some() || !child.types().contains(&"null") {
                return None;
            }
        }
        let node = self.value(child, node, &child_path)?;
        Some(Entry { node, ..entry.clone() })
    }

    fn problem(&mut self, place: Place, path: &str, message: &str) {
        self.problems.push(Problem::new(self.file, place, path, message));
    }
}
