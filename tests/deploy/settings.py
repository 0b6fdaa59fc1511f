"""Whether every variable that a manifest or a unit sets is a setting of the gateway, and has a value that it takes."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


def of_kubernetes():
    config = yaml.safe_load((DEPLOY / "kubernetes/configmap.yaml").read_text())
    return config["data"]


def of_systemd():
    unit = (DEPLOY / "systemd/gateway.service").read_text()
    return dict(re.findall(r"^Environment=(\w+)=(.*)$", unit, re.MULTILINE))


def problems(gateway, variables):
    with tempfile.NamedTemporaryFile("w", suffix=".key") as key:
        key.write("key")
        key.flush()
        environment = variables | {"LAGO_API_KEY_FILE": key.name}
        done = subprocess.run(
            [gateway, "--print-settings"], env=environment, capture_output=True, text=True, check=False, timeout=60
        )
    if done.returncode != 0:
        yield done.stderr
    sources = {line.rsplit("# ", 1)[-1] for line in done.stdout.splitlines()}
    for name in variables:
        if name not in sources and not any(source.endswith(f"named by {name}") for source in sources):
            yield f"{name} is no setting of the gateway"


def ports():
    """The container's ports, by name, as the gateway and the service have them."""
    pod = yaml.safe_load((DEPLOY / "kubernetes/deployment.yaml").read_text())["spec"]["template"]["spec"]
    service = yaml.safe_load((DEPLOY / "kubernetes/service.yaml").read_text())["spec"]
    (container,) = pod["containers"]
    names = {port["name"] for port in container["ports"]}
    used = {port["targetPort"] for port in service["ports"]}
    used |= {container[probe]["httpGet"]["port"] for probe in ("livenessProbe", "readinessProbe")}
    return [f"the port {name} is of no container" for name in used - names]


def main():
    gateway = sys.argv[1]
    found = [*ports()]
    for origin, variables in (("deploy/kubernetes", of_kubernetes()), ("deploy/systemd", of_systemd())):
        assert variables, f"{origin} sets nothing"
        found += [f"{origin}: {problem}" for problem in problems(gateway, variables)]
        print(f"{origin}: {len(variables)} settings")
    print("\n".join(found), end="\n" if found else "")
    sys.exit(1 if found else 0)


main()
