//! The manifest for Kubernetes: every part belongs to the same pods, and the pods may do little.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::{Value, json};

use crate::{good, packaging, text_of};

fn manifest() -> BTreeMap<String, Value> {
    let text = text_of(&packaging("kubernetes.yaml"));
    let documents: Vec<Value> = serde_saphyr::from_multiple(&text).expect("YAML");
    let count = documents.len();
    let named = documents.into_iter().map(|it| (text_at(&it, "/kind"), it));
    let named: BTreeMap<_, _> = named.collect();
    assert_eq!(named.len(), count, "each kind once");
    named
}

fn at<'a>(value: &'a Value, pointer: &str) -> &'a Value {
    value
        .pointer(pointer)
        .unwrap_or_else(|| panic!("{pointer} in {value:#}"))
}

fn text_at(value: &Value, pointer: &str) -> String {
    at(value, pointer).as_str().expect("text").to_owned()
}

fn number_at(value: &Value, pointer: &str) -> u64 {
    at(value, pointer).as_u64().expect("a number")
}

#[test]
fn the_manifest_has_every_part_under_one_name() {
    let manifest = manifest();
    let kinds: Vec<&str> = manifest.keys().map(String::as_str).collect();
    assert_eq!(
        kinds,
        [
            "ConfigMap",
            "Deployment",
            "HorizontalPodAutoscaler",
            "NetworkPolicy",
            "PodDisruptionBudget",
            "Service",
            "ServiceAccount",
        ]
    );
    for (kind, version) in [
        ("ConfigMap", "v1"),
        ("Deployment", "apps/v1"),
        ("HorizontalPodAutoscaler", "autoscaling/v2"),
        ("NetworkPolicy", "networking.k8s.io/v1"),
        ("PodDisruptionBudget", "policy/v1"),
        ("Service", "v1"),
        ("ServiceAccount", "v1"),
    ] {
        assert_eq!(text_at(&manifest[kind], "/apiVersion"), version);
        assert_eq!(
            text_at(&manifest[kind], "/metadata/name"),
            "proofkey-validator"
        );
    }
}

#[test]
fn everything_that_chooses_pods_chooses_those_of_the_deployment() {
    let manifest = manifest();
    let pods = at(&manifest["Deployment"], "/spec/template/metadata/labels");
    for (kind, pointer) in [
        ("Deployment", "/spec/selector/matchLabels"),
        (
            "Deployment",
            "/spec/template/spec/topologySpreadConstraints/0/labelSelector/matchLabels",
        ),
        ("Service", "/spec/selector"),
        ("PodDisruptionBudget", "/spec/selector/matchLabels"),
        ("NetworkPolicy", "/spec/podSelector/matchLabels"),
    ] {
        assert_eq!(at(&manifest[kind], pointer), pods, "{kind}");
    }
    let target = at(&manifest["HorizontalPodAutoscaler"], "/spec/scaleTargetRef");
    let deployment =
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "name": "proofkey-validator"});
    assert_eq!(*target, deployment);
    assert!(manifest["Deployment"].pointer("/spec/replicas").is_none());
    assert!(number_at(&manifest["HorizontalPodAutoscaler"], "/spec/minReplicas") >= 2);
}

#[test]
fn a_pod_is_nobody_and_may_write_nothing() {
    let manifest = manifest();
    let pod = at(&manifest["Deployment"], "/spec/template/spec");
    assert_eq!(
        *at(pod, "/securityContext"),
        json!({
            "runAsNonRoot": true, "runAsUser": 65532, "runAsGroup": 65532, "fsGroup": 65532,
            "seccompProfile": {"type": "RuntimeDefault"},
        })
    );
    let container = at(pod, "/containers/0");
    assert_eq!(
        *at(container, "/securityContext"),
        json!({
            "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true,
            "capabilities": {"drop": ["ALL"]},
        })
    );
    assert_eq!(*at(pod, "/automountServiceAccountToken"), json!(false));
    assert_eq!(
        *at(&manifest["ServiceAccount"], "/automountServiceAccountToken"),
        json!(false)
    );
    for resource in ["cpu", "memory", "ephemeral-storage"] {
        let limit = format!("/resources/limits/{resource}");
        assert!(at(container, &limit).is_string(), "{resource}");
    }
    assert_eq!(at(pod, "/containers").as_array().map(Vec::len), Some(1));
}

#[test]
fn ports_have_the_names_by_which_they_are_used() {
    let manifest = manifest();
    let container = at(&manifest["Deployment"], "/spec/template/spec/containers/0");
    let ports = at(container, "/ports").as_array().expect("ports");
    let ports: BTreeMap<String, u64> = ports
        .iter()
        .map(|port| (text_at(port, "/name"), number_at(port, "/containerPort")))
        .collect();
    for (value, pointer) in [
        (container, "/readinessProbe/httpGet/port"),
        (container, "/livenessProbe/httpGet/port"),
        (&manifest["Service"], "/spec/ports/0/targetPort"),
        (&manifest["NetworkPolicy"], "/spec/ingress/0/ports/0/port"),
        (&manifest["NetworkPolicy"], "/spec/ingress/1/ports/0/port"),
    ] {
        assert!(ports.contains_key(&text_at(value, pointer)), "{pointer}");
    }
    let config = text_at(&manifest["ConfigMap"], "/data/validator.toml");
    let config: toml::Table = config.parse().expect("TOML");
    let listens = |value: &toml::Value| {
        let address = value.as_str().expect("an address");
        address
            .parse::<std::net::SocketAddr>()
            .expect("an address")
            .port()
    };
    assert_eq!(u64::from(listens(&config["listen"])), ports["https"]);
    assert_eq!(
        u64::from(listens(&config["health"]["listen"])),
        ports["health"]
    );
    assert_eq!(
        text_at(container, "/readinessProbe/httpGet/path"),
        "/health/ready"
    );
    assert_eq!(
        text_at(container, "/livenessProbe/httpGet/path"),
        "/health/live"
    );
}

/// Behind an address that all callers share, a stranger would use up what belongs to the real one.
#[test]
fn pods_see_who_calls() {
    let manifest = manifest();
    let service = &manifest["Service"];
    assert_eq!(text_at(service, "/spec/type"), "LoadBalancer");
    assert_eq!(text_at(service, "/spec/externalTrafficPolicy"), "Local");
}

/// Ten seconds are the service's own; before them comes the pause in which balancers look away.
#[test]
fn a_pod_that_ends_has_time_for_the_requests_under_way() {
    let manifest = manifest();
    let pod = at(&manifest["Deployment"], "/spec/template/spec");
    let pause = number_at(pod, "/containers/0/lifecycle/preStop/sleep/seconds");
    assert!(number_at(pod, "/terminationGracePeriodSeconds") > pause + 10);
    let update = at(&manifest["Deployment"], "/spec/strategy/rollingUpdate");
    assert_eq!(*update, json!({"maxUnavailable": 0, "maxSurge": 1}));
}

/// Each file that the configuration names is mounted, and readable for the group alone.
#[test]
fn the_files_of_the_configuration_are_mounted() {
    let manifest = manifest();
    let pod = at(&manifest["Deployment"], "/spec/template/spec");
    let folder = text_at(pod, "/containers/0/volumeMounts/0/mountPath");
    let volume = at(pod, "/volumes/0/projected");
    assert_eq!(number_at(volume, "/defaultMode"), 0o440);
    let sources = at(volume, "/sources").as_array().expect("sources");
    let secrets = sources
        .iter()
        .filter_map(|source| source.pointer("/secret/items")?.as_array());
    let mut mounted: Vec<String> = secrets
        .flatten()
        .map(|item| format!("{folder}/{}", text_at(item, "/path")))
        .collect();
    let config = text_at(&manifest["ConfigMap"], "/data/validator.toml");
    let config: toml::Table = config.parse().expect("TOML");
    let mut named = vec![
        config["tls"]["certificate"].as_str().expect("a path"),
        config["tls"]["key"].as_str().expect("a path"),
        config["callers"]["bearer_file"].as_str().expect("a path"),
    ];
    mounted.sort();
    named.sort_unstable();
    assert_eq!(mounted, named);
    let arguments = at(pod, "/containers/0/args");
    assert_eq!(
        *arguments,
        json!(["--config", format!("{folder}/validator.toml")])
    );
}

/// What the program refuses by itself, the network does not carry either.
#[test]
fn pods_reach_name_servers_and_the_internet_and_no_private_address() {
    let manifest = manifest();
    let policy = &manifest["NetworkPolicy"];
    assert_eq!(
        *at(policy, "/spec/policyTypes"),
        json!(["Ingress", "Egress"])
    );
    let names = at(policy, "/spec/egress/0/to").as_array().expect("a list");
    // The cache of a node, which most clusters of more than a few nodes have.
    assert!(names.contains(&json!({"ipBlock": {"cidr": "169.254.20.10/32"}})));
    let blocks = at(policy, "/spec/egress/1/to").as_array().expect("blocks");
    let left_out: Vec<&Value> = blocks
        .iter()
        .flat_map(|block| at(block, "/ipBlock/except").as_array().expect("a list"))
        .collect();
    for block in [
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "fc00::/7",
        "fe80::/10",
    ] {
        assert!(left_out.contains(&&json!(block)), "{block}");
    }
    assert_eq!(*at(policy, "/spec/egress/1/ports"), json!([{"port": 443}]));
}

/// Kubernetes's own reader, without a cluster: kinds and versions that it knows.
#[test]
fn kubectl_knows_every_part() {
    let mut command = Command::new("kubectl");
    command.args(["annotate", "--local", "--output=name", "a=b", "--filename"]);
    let Ok(output) = command.arg(packaging("kubernetes.yaml")).output() else {
        eprintln!("skipped: kubectl is not here");
        return;
    };
    assert_eq!(good(&output).lines().count(), manifest().len());
}
