//! Hostile values, written in every format and read by programs that share no code with ours.
//!
//! Needs `npm ci` in tests/readers, Python 3.11 or newer, bash and dash; `make test` sees to them.

#![expect(clippy::expect_used, reason = "helpers of tests fail by panicking")]

mod curl;
mod signed;
mod values;

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use proofkey_core::Secret;
use proofkey_core::error::{Code, Problem};
use proofkey_core::export::{self, ExportFormat, ExportSecrets, Rendered, SecretsReference};
use proofkey_core::vault::SecretDocument;
use proofkey_tests::Proven;
use serde_json::{Value, json};

#[test]
fn json_is_read_exactly_by_python_and_node() {
    let trial = Trial::new(ExportFormat::Json);
    assert_eq!(trial.refused, 0);
    trial.ask("python json", python("json"));
    trial.ask("node", node("json"));
}

#[test]
fn yaml_is_read_exactly_by_two_node_readers_and_python() {
    let trial = Trial::new(ExportFormat::Yaml);
    assert_eq!(trial.refused, 0);
    trial.ask("yaml", node("yaml"));
    trial.ask("js-yaml", node("js-yaml"));
    trial.ask_if_installed("yaml", "pyyaml");
}

#[test]
fn toml_is_read_exactly_by_python_and_node() {
    let trial = Trial::new(ExportFormat::Toml);
    assert_eq!(trial.refused, 0);
    trial.ask("tomllib", python("toml"));
    trial.ask("smol-toml", node("smol-toml"));
}

#[test]
fn dotenv_is_read_exactly_by_shells_node_and_python_and_runs_nothing() {
    let trial = Trial::new(ExportFormat::Dotenv);
    // Carriage returns, doubled backslashes and the like: refused rather than altered.
    assert!(trial.files.len() >= 300, "{} written", trial.files.len());
    trial.ask("bash", shell("bash"));
    trial.ask("dash", shell("dash"));
    trial.ask("node's own", node("node"));
    trial.ask("dotenv", node("dotenv"));
    trial.ask("dotenv 17", node("dotenv-17"));
    trial.ask_if_installed("dotenv", "python-dotenv");
    for (path, value) in trial.files.iter().step_by(40) {
        let code = "process.stdout.write(process.env.PROOFKEY_CLIENT_SECRET)";
        let output = Command::new("node")
            .arg(format!("--env-file={}", path.display()))
            .args(["-e", code])
            .output()
            .expect("node runs");
        let is_exact = output.stdout == value.as_bytes();
        assert!(is_exact, "node --env-file read {value:?} as something else");
    }
}

#[test]
fn shell_variables_reach_programs_exactly_and_run_nothing() {
    let trial = Trial::new(ExportFormat::Shell);
    assert_eq!(trial.refused, 0);
    trial.ask("bash", shell("bash"));
    trial.ask("dash", shell("dash"));
    trial.ask_one_in(3, "a program behind sh", python("environ:sh"));
    trial.ask_one_in(4, "a program behind bash", python("environ:bash"));
}

/// The client itself is asked for a part of the values: it takes its time.
#[test]
fn a_docker_env_file_is_read_exactly_by_dockers_rules_and_its_client() {
    let trial = Trial::new(ExportFormat::DockerEnv);
    // Line breaks and values of 64 KiB.
    assert!(trial.files.len() >= 400, "{} written", trial.files.len());
    trial.ask("Docker's rules", python("docker-rules"));
    if is_installed("docker") {
        trial.ask_one_in(9, "docker", program("docker.py"));
    }
}

#[test]
fn a_kubernetes_secret_is_read_exactly_by_a_yaml_reader_and_kubectl() {
    let trial = Trial::new(ExportFormat::KubernetesSecret);
    assert_eq!(trial.refused, 0);
    trial.ask("js-yaml", node("kubernetes"));
    if is_installed("kubectl") {
        trial.ask("kubectl", program("kubectl.py"));
    }
}

#[test]
fn a_postman_environment_fills_requests_in_exactly() {
    let trial = Trial::new(ExportFormat::Postman);
    // Templates.
    assert!((1..=6).contains(&trial.refused), "{}", trial.refused);
    trial.ask("postman-collection", node("postman"));
}

#[test]
fn nexla_fields_are_read_exactly_by_node_and_python() {
    let trial = Trial::new(ExportFormat::Nexla);
    assert_eq!(trial.refused, 0);
    trial.ask("node", node("nexla"));
    trial.ask("python", python("nexla"));
}

#[test]
fn exports_obey_the_published_schema_and_what_import_refuses_does_not() {
    let trial = Trial::new(ExportFormat::Json);
    let mut paths: Vec<PathBuf> = trial.files.iter().map(|(path, _)| path.clone()).collect();
    let redacted = trial.home.path().join("redacted.json");
    fs::write(&redacted, redacted_json().bytes()).expect("written");
    paths.push(redacted);
    let exported = paths.len();
    for (index, damaged) in damaged_files().into_iter().enumerate() {
        let text = damaged.to_string();
        assert!(export::import::read(text.as_bytes()).is_err(), "{text}");
        let path = trial.home.path().join(format!("damaged-{index}.json"));
        fs::write(&path, text).expect("written");
        paths.push(path);
    }
    let answer = by_the_schema(trial.home.path(), &paths);
    let verdicts: Vec<&str> = answer.lines().collect();
    assert_eq!(verdicts.len(), paths.len());
    assert!(verdicts[..exported].iter().all(|it| *it == "valid"));
    assert!(
        verdicts[exported..].iter().all(|it| *it == "invalid"),
        "{verdicts:?}"
    );
}

/// What an independent reader of JSON Schema says of each file: "valid" or "invalid", one a line.
fn by_the_schema(home: &Path, paths: &[PathBuf]) -> String {
    let mut ajv = Command::new("node");
    ajv.arg(readers().join("schema.mjs"))
        .arg(readers().join("../../docs/schema/config-file-1.schema.json"));
    String::from_utf8(run(ajv, home, paths)).expect("text")
}

/// All values in one format, each in a file of its own, in a folder that shows what was run.
struct Trial {
    home: tempfile::TempDir,
    files: Vec<(PathBuf, String)>,
    refused: usize,
}

impl Trial {
    fn new(format: ExportFormat) -> Self {
        Self::of(format, values::all(), rendered)
    }

    /// Each of `values` where `rendered` puts it, and as the connection's name.
    fn of(
        format: ExportFormat,
        values: Vec<String>,
        rendered: impl Fn(&str, ExportFormat) -> Result<Rendered, Problem>,
    ) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let mut trial = Self {
            home,
            files: Vec::new(),
            refused: 0,
        };
        for (index, value) in values.into_iter().enumerate() {
            match rendered(&value, format) {
                Ok(rendered) => {
                    let path = trial.home.path().join(format!("{index}.config"));
                    fs::write(&path, rendered.bytes()).expect("written");
                    trial.files.push((path, value));
                }
                Err(problem) => {
                    assert_eq!(problem.code, Code::ExportNotRepresentable, "{value:?}");
                    assert_eq!(problem.field.as_deref(), Some("/connection/name"));
                    assert!(problem.summary.contains(format.label()));
                    trial.refused += 1;
                }
            }
        }
        trial
    }

    /// The reader sees each value twice (as the client secret and as the connection's name), exactly.
    fn ask(&self, name: &str, reader: Command) {
        self.ask_one_in(1, name, reader);
    }

    /// As [`Trial::ask`], with one value in `step`, for readers that are slow.
    fn ask_one_in(&self, step: usize, name: &str, reader: Command) {
        let files = || self.files.iter().step_by(step);
        let paths: Vec<PathBuf> = files().map(|(path, _)| path.clone()).collect();
        let before = self.entries();
        let answer = run(reader, self.home.path(), &paths);
        let mut read = answer.split(|byte| *byte == 0);
        for (_, value) in files() {
            for field in ["client secret", "connection name"] {
                let is_exact = read.next() == Some(value.as_bytes());
                let start: String = value.chars().take(80).collect();
                assert!(is_exact, "{name} read another {field} than {start:?}");
            }
        }
        assert_eq!(
            read.next(),
            Some(&b""[..]),
            "{name} read more than there is"
        );
        assert_eq!(self.entries(), before, "{name} ran something");
    }

    fn ask_if_installed(&self, module: &str, reader: &str) {
        let import = format!("import {module}");
        let found = Command::new("python3").args(["-c", &import]).output();
        if found.is_ok_and(|output| output.status.success()) {
            self.ask(reader, python(reader));
        } else {
            println!("not run: {reader} is not installed");
        }
    }

    fn entries(&self) -> BTreeSet<PathBuf> {
        let entries = fs::read_dir(self.home.path()).expect("a folder");
        entries
            .map(|entry| entry.expect("an entry").path())
            .collect()
    }
}

/// What a reader writes to standard output when `paths` come in.
fn run(mut reader: Command, home: &Path, paths: &[PathBuf]) -> Vec<u8> {
    let list = home.with_extension("list");
    let lines: Vec<String> = paths
        .iter()
        .map(|path| format!("{}\n", path.display()))
        .collect();
    let mut file = fs::File::create(&list).expect("a list");
    file.write_all(lines.concat().as_bytes()).expect("written");
    let output = reader
        .current_dir(home)
        .env("HOME", home)
        .env("canary", "expanded")
        .stdin(Stdio::from(fs::File::open(&list).expect("the list")))
        .output()
        .unwrap_or_else(|error| panic!("{reader:?} does not start: {error}"));
    fs::remove_file(&list).expect("removed");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{reader:?} failed (is `npm ci` done in tests/readers?): {told}"
    );
    output.stdout
}

fn python(reader: &str) -> Command {
    let mut command = Command::new("python3");
    command.arg(readers().join("read.py")).arg(reader);
    command
}

fn program(file: &str) -> Command {
    let mut command = Command::new("python3");
    command.arg(readers().join(file));
    command
}

/// Says so when it is not: such a reader is one more beside those that are always asked.
fn is_installed(program: &str) -> bool {
    let is_there = Command::new(program)
        .arg("--help")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok();
    if !is_there {
        println!("not run: {program} is not installed");
    }
    is_there
}

fn node(reader: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(readers().join("read.mjs")).arg(reader);
    command
}

fn shell(program: &str) -> Command {
    let mut command = Command::new(program);
    command.arg(readers().join("read.sh"));
    command
}

fn readers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("readers")
}

fn rendered(value: &str, format: ExportFormat) -> Result<Rendered, Problem> {
    let mut proven = Proven::acme();
    value.clone_into(&mut proven.connection.name);
    let secret = || Secret::new(value.to_owned());
    let stored = SecretDocument::new(secret(), Some(secret()));
    let document = export::document(&proven.validated()?, ExportSecrets::Plain(&stored))?;
    export::render(&document, format)
}

fn redacted_json() -> Rendered {
    let proven = Proven::acme();
    let validated = proven.validated().expect("validated");
    let reference: SecretsReference = proven.reference();
    let document = export::document(&validated, ExportSecrets::Redacted(reference));
    export::render(&document.expect("a document"), ExportFormat::Json).expect("rendered")
}

fn damaged_files() -> Vec<Value> {
    let whole: Value = serde_json::from_slice(redacted_json().bytes()).expect("JSON");
    let mut damaged = Vec::new();
    for name in whole.as_object().expect("an object").keys() {
        for odd in [json!(null), json!(5), json!([[]]), json!({ "odd": 1 })] {
            let mut file = whole.clone();
            file[name] = odd;
            damaged.push(file);
        }
    }
    let mut file = whole.clone();
    file["unknown"] = json!("x");
    damaged.push(file);
    let mut file = whole.clone();
    file["connection"]["id"] = json!("../up");
    damaged.push(file);
    let mut file = whole;
    file["client"]["client_secret"] = json!("both");
    damaged.push(file);
    damaged
}
