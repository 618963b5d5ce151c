//! What quadlet units and a Kubernetes file declare runs as they said, once they are imported.

use std::fs;

use anyhow::{Context, Result, ensure};
use podsteward_e2e::lab::{Lab, Live};
use podsteward_e2e::manifest::IMAGE;

const UNITS: [(&str, &str); 6] = [
    ("back.network", "[Network]\nNetworkName=back\nInternal=true\nLabel=tier=inner\n"),
    ("front.network", "[Network]\nSubnet=10.89.77.0/24\nGateway=10.89.77.1\n"),
    ("data.volume", "[Volume]\nLabel=tier=inner\n"),
    ("app.env", "# What the app is told.\nLEVEL=debug\n"),
    (
        "db.container",
        "[Container]\nImage=IMAGE\nContainerName=db\nNetwork=back.network:alias=store\n\
         Volume=data.volume:/data\nExec=sh -c 'touch /data/here; exec sleep inf'\n\
         HealthCmd=test -e /data/here\nHealthInterval=1s\nNotify=healthy\n\
         [Service]\nRestart=always\nMemoryMax=64M\n[Install]\nWantedBy=default.target\n",
    ),
    (
        "web.container",
        "[Unit]\nRequires=db.service\nAfter=db.service\n\
         [Container]\nImage=IMAGE\nExec=sleep \\\n  inf\nNetwork=back.network\nNetwork=front.network:ip=10.89.77.20\n\
         Environment=MODE=fast \"GREETING=hello there\"\nEnvironmentFile=./app.env\nPublishPort=127.0.0.1:18091:80\n\
         ReadOnly=true\nTmpfs=/scratch\nDropCapability=all\nAutoUpdate=registry\nLabel=role=front\n\
         [Install]\nWantedBy=default.target\n",
    ),
];

const KUBE: &str = "apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {COLOUR: blue}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: job}
spec:
  replicas: 1
  template:
    metadata: {labels: {app: job}}
    spec:
      containers:
        - name: job
          image: IMAGE
          command: [sh, -c, 'touch /shared/ready; exec sleep inf']
          env: [{name: NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]
          envFrom: [{configMapRef: {name: settings}}]
          readinessProbe: {exec: {command: [test, -e, /shared/ready]}, periodSeconds: 1}
          volumeMounts: [{name: shared, mountPath: /shared}]
      volumes: [{name: shared, emptyDir: {}}]
";

#[test]
fn imported_units_and_objects_run_as_they_said() -> Result<()> {
    let lab = Lab::start()?;
    let units = lab.dir().join("units");
    fs::create_dir_all(&units)?;
    for (name, text) in UNITS {
        fs::write(units.join(name), text.replace("IMAGE", IMAGE))?;
    }
    fs::write(lab.dir().join("kube.yaml"), KUBE.replace("IMAGE", IMAGE))?;
    let path = |name: &str| lab.dir().join(name).display().to_string();
    let quadlet = lab.cli(&["import", "quadlet", &path("units")])?;
    ensure!(quadlet.stderr.contains("web.container:16: AutoUpdate: "), "{}", quadlet.stderr);
    lab.write("quadlet.yaml", &quadlet.ok()?)?;
    lab.write("kube.yaml", &lab.cli(&["import", "kube", &path("kube.yaml")])?.ok()?)?;
    lab.cli(&["validate"])?.ok()?;
    lab.cli(&["run", "--once", "--timeout", "2m"])?.ok()?;

    let web = lab.container("systemd-web")?;
    let said = |live: &Live, name: &str, value: &str| live.env(name).as_deref() == Some(value);
    ensure!(
        web.runs() && said(&web, "MODE", "fast") && said(&web, "GREETING", "hello there"),
        "{:#}",
        web.json
    );
    ensure!(
        said(&web, "LEVEL", "debug") && web.json["Config"]["Labels"]["role"] == "front",
        "{:#}",
        web.json
    );
    ensure!(web.json["HostConfig"]["ReadonlyRootfs"] == true, "{:#}", web.json["HostConfig"]);
    ensure!(web.json["NetworkSettings"]["Ports"]["80/tcp"][0]["HostPort"] == "18091", "{:#}", web.json);
    let front = &web.json["NetworkSettings"]["Networks"]["systemd-front"];
    ensure!(front["IPAddress"] == "10.89.77.20", "{:#}", web.json["NetworkSettings"]);
    let db = lab.container("db")?;
    ensure!(db.runs() && db.json["HostConfig"]["Memory"] == 64 << 20, "{:#}", db.json["HostConfig"]);
    let networks = db.json["NetworkSettings"]["Networks"].as_object().context("db has networks")?;
    ensure!(
        networks.len() == 1 && networks["back"]["Aliases"].to_string().contains("store"),
        "{networks:#?}"
    );
    lab.podman(&["volume", "exists", "systemd-data"])?.ok()?;
    let job = lab.container("job")?;
    ensure!(job.runs() && said(&job, "COLOUR", "blue") && said(&job, "NAME", "job"), "{:#}", job.json);
    Ok(())
}
