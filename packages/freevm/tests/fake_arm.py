"""A fake Azure Resource Manager: a real HTTP server on loopback, which Azure's own SDK drives.

It keeps two VMs with their disks. A long operation answers 202 with `Azure-AsyncOperation` and goes
on by itself, whether or not anybody polls: each request that comes in moves it one step on. While a
VM's operation is under way, another one is refused with 409, as Azure does it.
"""

import itertools
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
BASE = f"/subscriptions/{SUBSCRIPTION}"
GROUP = f"{BASE}/resourceGroups/rg"
COMPUTE = f"{GROUP}/providers/Microsoft.Compute"
NETWORK = f"{GROUP}/providers/Microsoft.Network"
TIERS = {4: "P1", 8: "P2", 16: "P3", 32: "P4", 64: "P6", 128: "P10", 256: "P15"}
Json = dict[str, Any]


@dataclass
class Vm:
    """One VM and its OS disk."""

    name: str
    power: str = "running"
    gib: int = 30
    tier: str | None = None
    sku: str = "Premium_LRS"
    size: str = "Standard_B1s"
    shares: int = 1
    ephemeral: bool = False
    zones: list[str] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=lambda: {"owner": "ann"})

    @property
    def id(self) -> str:
        return f"{COMPUTE}/virtualMachines/{self.name}"

    @property
    def disk_id(self) -> str:
        return f"{COMPUTE}/disks/{self.name}_OsDisk"

    @property
    def billed_tier(self) -> str:
        return self.tier or next(t for size, t in TIERS.items() if self.gib <= size)


@dataclass
class Operation:
    """A long operation: how many steps are left, and what it changes at its end."""

    vm: Vm | None
    apply: Callable[[], None]
    left: int
    error: str | None = None
    is_done: bool = False


@dataclass
class Request:
    """What was asked, for the tests to look at."""

    method: str
    path: str
    body: Any
    authorization: str | None

    @property
    def changes(self) -> bool:
        return self.method != "GET"


class FakeArm:
    """The state of the subscription, what went wrong on purpose, and what was asked."""

    def __init__(self) -> None:
        self.vms = {name: Vm(name) for name in ("web", "other")}
        self.snapshots: dict[str, Json] = {}
        self.locks: list[Json] = []
        self.restrictions: list[Json] = []
        self.free_services: list[Json] = [
            {"properties": {"status": "Active", "endAt": "2027-10-01T00:00:00Z"}}
        ]
        self.spending_limit = "Off"
        self.subscriptions = [SUBSCRIPTION]
        self.more: list[Json] = []
        self.ip_method = "Static"
        self.forbidden: set[str] = set()
        self.log: list[Request] = []
        self.faults: dict[tuple[str, str], list[int | str]] = {}
        self.steps = 2
        self.operations: dict[str, Operation] = {}
        self.hold_at: int | None = None
        self.hold_after = False
        self.held = threading.Event()
        self.release = threading.Event()
        self.url = ""
        self._numbers = itertools.count(1)
        self._lock = threading.RLock()

    def fail(self, method: str, last: str, *faults: int | str) -> None:
        """Make the next requests of a kind go wrong: a status, "disconnect", or an error code."""
        self.faults[method, last] = list(faults)

    def stop(self, name: str) -> None:
        """Begin to stop a VM, as somebody else would."""
        vm = self.vms[name]
        self._power(Request("POST", "", None, None), name, "deallocate")
        assert vm.power == "deallocating"

    @property
    def changes(self) -> list[tuple[str, str]]:
        """The requests that change something: method and path below the group."""
        return [(r.method, r.path.removeprefix(COMPUTE)) for r in self.log if r.changes]

    @contextmanager
    def serving(self) -> Iterator["FakeArm"]:
        """Serve on a free port of loopback."""
        server = _Server(("127.0.0.1", 0), _handler(self))
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield self
        finally:
            self.release.set()
            server.shutdown()
            server.server_close()
            thread.join(5)

    # What a request gives: status, body, headers; None closes the connection.

    def answer(self, request: Request) -> tuple[int, Any, dict[str, str]] | None:
        with self._lock:
            self.log.append(request)
            number = len(self.log)
        if number == self.hold_at and not self.hold_after:
            self._hold()
            return None
        with self._lock:
            self._step()
            answered = self._faulty(request) or self._routed(request)
        if number == self.hold_at:
            self._hold()
            return None
        return None if answered == "disconnect" else answered

    def _hold(self) -> None:
        """Let the client wait until the test has killed it."""
        self.held.set()
        self.release.wait(120)

    def _step(self) -> None:
        for operation in self.operations.values():
            operation.left -= 1
            if operation.left <= 0 and not operation.is_done:
                operation.is_done = True
                if operation.error is None:
                    operation.apply()
                elif operation.vm and operation.vm.power.endswith("ing"):
                    before = {"starting": "deallocated", "deallocating": "running"}
                    operation.vm.power = before.get(operation.vm.power, operation.vm.power)

    def _faulty(self, request: Request) -> Any:
        faults = self.faults.get((request.method, request.path.rsplit("/", 1)[-1]))
        if not faults:
            return None
        fault = faults.pop(0)
        if fault == "disconnect":
            return "disconnect"
        if isinstance(fault, int):
            code = {409: "Conflict", 429: "TooManyRequests", 403: "AuthorizationFailed"}.get(
                fault, "InternalServerError"
            )
            return _error(fault, code, "on purpose")
        return self._long(None, lambda: None, fault)

    def _routed(self, request: Request) -> Any:
        if any(part in request.path for part in self.forbidden):
            return _error(403, "AuthorizationFailed", "no read access")
        for pattern, route in self._routes():
            match = re.fullmatch(pattern, request.path)
            if match:
                return route(request, *match.groups())
        return _error(404, "ResourceNotFound", request.path)

    def _routes(self) -> tuple[tuple[str, Callable[..., Any]], ...]:
        lists = f"(?:{BASE}|{GROUP})/providers"
        return (
            (r".*/operations/(\w+)", self._operation),
            (r"/subscriptions", self._subscriptions),
            (BASE, self._subscription),
            (f"{lists}/Microsoft.Compute/virtualMachines", self._list_vms),
            (f"{lists}/Microsoft.Compute/disks", self._list_disks),
            (f"{lists}/Microsoft.Compute/snapshots", self._list_snapshots),
            (f"{lists}/Microsoft.Network/(publicIPAddresses)", self._list_network),
            (f"{lists}/Microsoft.Network/(networkInterfaces)", self._list_network),
            (f"{lists}/Microsoft.Network/(virtualNetworks)", self._list_network),
            (f"{NETWORK}/(publicIPAddresses|networkInterfaces)/.*", self._one_network),
            (f"{BASE}/providers/Microsoft.Compute/skus", self._skus),
            (f"{BASE}/providers/Microsoft.BillingBenefits/freeServices", self._free_services),
            (f"(?:{BASE}|{GROUP})/resources", self._resources),
            (f"{COMPUTE}/virtualMachines/(\\w+)", self._vm),
            (f"{COMPUTE}/virtualMachines/(\\w+)/(deallocate|start)", self._power),
            (r".*/providers/Microsoft.Authorization/locks", self._locks),
            (f"{COMPUTE}/disks/(\\w+)_OsDisk", self._disk),
            (f"{COMPUTE}/snapshots/([\\w-]+)", self._snapshot),
        )

    def _long(self, vm: Vm | None, apply: Callable[[], None], error: str | None = None) -> Any:
        if vm and any(o.vm is vm and not o.is_done for o in self.operations.values()):
            return _error(409, "Conflict", "another operation is under way", {"Retry-After": "0"})
        name = f"op{next(self._numbers)}"
        self.operations[name] = Operation(vm, apply, self.steps, error)
        place = f"{self.url}{BASE}/providers/Microsoft.Compute/locations/eastus/operations/{name}"
        headers = {
            "Azure-AsyncOperation": f"{place}?api-version=x",
            "Location": f"{place}?api-version=x&monitor=true",
            "Retry-After": "0",
        }
        return 202, None, headers

    def _operation(self, _: Request, name: str) -> Any:
        operation = self.operations[name]
        if not operation.is_done:
            return 200, {"status": "InProgress", "name": name}, {"Retry-After": "0"}
        if operation.error:
            error = {"code": operation.error, "message": "no capacity, on purpose"}
            return 200, {"status": "Failed", "name": name, "error": error}, {}
        return 200, {"status": "Succeeded", "name": name}, {}

    def _vm(self, request: Request, name: str) -> Any:
        vm = self.vms.get(name)
        if vm is None:
            return _error(404, "ResourceNotFound", f"no VM {name}")
        if request.method == "PATCH":
            vm.tags = dict(request.body["tags"])
        return 200, self._vm_body(vm), {}

    def _power(self, _: Request, name: str, what: str) -> Any:
        vm = self.vms[name]
        before, during, after = vm.power, *_POWER[what]
        if before == after:
            return self._long(vm, lambda: None)
        answer = self._long(vm, lambda: setattr(vm, "power", after))
        if answer[0] == 202:
            vm.power = during
        return answer

    def _disk(self, request: Request, name: str) -> Any:
        vm = self.vms[name]
        if request.method == "GET":
            return 200, self._disk_body(vm), {}
        wanted = request.body["properties"]
        if "tier" in wanted:
            return self._long(None, lambda: setattr(vm, "tier", wanted["tier"]))
        if wanted["diskSizeGB"] < vm.gib:
            return _error(400, "BadRequest", "a disk cannot be shrunk")
        if vm.power != "deallocated":
            return _error(409, "OperationNotAllowed", "the disk is attached to a running VM")
        return self._long(vm, lambda: setattr(vm, "gib", wanted["diskSizeGB"]))

    def _snapshot(self, request: Request, name: str) -> Any:
        path = f"{COMPUTE}/snapshots/{name}"
        if request.method == "PUT":
            body = {**request.body, "id": path, "name": name}
            body["type"] = "Microsoft.Compute/snapshots"
            body["properties"] = {**body["properties"], "diskSizeGB": 30}
            self.snapshots[path] = body
            return self._long(None, lambda: None)
        if path in self.snapshots:
            return 200, self.snapshots[path], {}
        return _error(404, "ResourceNotFound", f"no snapshot {name}")

    def _list_vms(self, _: Request) -> Any:
        return _page([self._vm_body(vm) for vm in self.vms.values()])

    def _list_disks(self, _: Request) -> Any:
        return _page([self._disk_body(vm) for vm in self.vms.values() if not vm.ephemeral])

    def _list_snapshots(self, _: Request) -> Any:
        return _page(list(self.snapshots.values()))

    def _list_network(self, _: Request, kind: str) -> Any:
        return _page([self._network_body(kind)] if kind != "virtualNetworks" else [])

    def _one_network(self, _: Request, kind: str) -> Any:
        return 200, self._network_body(kind), {}

    def _network_body(self, kind: str) -> Json:
        body: Json = {"id": f"{NETWORK}/{kind}/web", "name": "web", "location": "eastus"}
        if kind == "publicIPAddresses":
            inside = f"{NETWORK}/networkInterfaces/web/ipConfigurations/a"
            body["sku"] = {"name": "Standard"}
            body["properties"] = {
                "publicIPAllocationMethod": self.ip_method,
                "publicIPAddressVersion": "IPv4",
                "ipConfiguration": {"id": inside},
            }
        else:
            ip = {"id": f"{NETWORK}/publicIPAddresses/web"}
            inner = {"name": "a", "properties": {"publicIPAddress": ip}}
            plain = {"name": "b", "properties": {}}
            body["properties"] = {"ipConfigurations": [inner, plain]}
        return body

    def _skus(self, _: Request) -> Any:
        sizes = ("Standard_B1s", "Standard_B2ats_v2", "Standard_D2s_v5")
        return _page(
            [
                {
                    "resourceType": "virtualMachines",
                    "name": size,
                    "locations": ["eastus"],
                    "restrictions": self.restrictions if size == "Standard_B1s" else [],
                }
                for size in sizes
            ]
            + [{"resourceType": "disks", "name": "Premium_LRS", "locations": ["eastus"]}]
        )

    def _subscriptions(self, _: Request) -> Any:
        return _page([{"subscriptionId": id_} for id_ in self.subscriptions])

    def _subscription(self, _: Request) -> Any:
        policies = {"quotaId": "FreeTrial_2014-09-01", "spendingLimit": self.spending_limit}
        return 200, {"subscriptionId": SUBSCRIPTION, "subscriptionPolicies": policies}, {}

    def _free_services(self, _: Request) -> Any:
        return _page(self.free_services)

    def _resources(self, _: Request) -> Any:
        listed = [
            {"id": vm.id, "name": vm.name, "type": "Microsoft.Compute/virtualMachines"}
            for vm in self.vms.values()
        ]
        return _page([*listed, *self.more])

    def _locks(self, _: Request) -> Any:
        return _page(self.locks)

    def _vm_body(self, vm: Vm) -> Json:
        os_disk: Json = {
            "osType": "Linux",
            "name": f"{vm.name}_OsDisk",
            "createOption": "FromImage",
            "deleteOption": "Delete",
            "diskSizeGB": vm.gib,
            "managedDisk": {"id": vm.disk_id, "storageAccountType": vm.sku},
        }
        if vm.ephemeral:
            os_disk["diffDiskSettings"] = {"option": "Local"}
        statuses = [{"code": "ProvisioningState/succeeded"}, {"code": f"PowerState/{vm.power}"}]
        interface = {"id": f"{NETWORK}/networkInterfaces/web"}
        return {
            "id": vm.id,
            "name": vm.name,
            "type": "Microsoft.Compute/virtualMachines",
            "location": "eastus",
            "zones": vm.zones,
            "tags": vm.tags,
            "properties": {
                "hardwareProfile": {"vmSize": vm.size},
                "storageProfile": {"osDisk": os_disk, "dataDisks": []},
                "networkProfile": {"networkInterfaces": [interface] if vm.name == "web" else []},
                "instanceView": {"statuses": statuses},
                "provisioningState": "Succeeded",
            },
        }

    def _disk_body(self, vm: Vm) -> Json:
        return {
            "id": vm.disk_id,
            "name": f"{vm.name}_OsDisk",
            "type": "Microsoft.Compute/disks",
            "location": "eastus",
            "managedBy": vm.id,
            "sku": {"name": vm.sku, "tier": "Premium"},
            "properties": {
                "osType": "Linux",
                "diskSizeGB": vm.gib,
                "tier": vm.billed_tier,
                "maxShares": vm.shares,
                "diskState": "Attached" if vm.power == "running" else "Reserved",
                "provisioningState": "Succeeded",
                "creationData": {"createOption": "FromImage"},
            },
        }


_POWER = {"deallocate": ("deallocating", "deallocated"), "start": ("starting", "running")}


def _page(listed: list[Json]) -> tuple[int, Json, dict[str, str]]:
    return 200, {"value": listed}, {}


def _error(
    status: int, code: str, message: str, headers: dict[str, str] | None = None
) -> tuple[int, Json, dict[str, str]]:
    retry = {"Retry-After": "0"} if status in (429, 503) else {}
    return status, {"error": {"code": code, "message": message}}, {**retry, **(headers or {})}


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:
        """A killed client breaks its connection off: that is what the tests are about."""


def _handler(arm: FakeArm) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet an answer: else each waits 40 ms for the kernel
        timeout = 120

        def log_message(self, *_: Any) -> None:
            """Say nothing; the log is kept by the fake."""

        def _go(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            path = self.path.partition("?")[0]
            request = Request(self.command, path, body, self.headers.get("Authorization"))
            answer = arm.answer(request)
            if answer is None:
                self.close_connection = True
                return
            status, page, headers = answer
            data = b"" if page is None else json.dumps(page).encode()
            try:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
                self.wfile.flush()
            except OSError:
                self.close_connection = True  # the client was killed

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _go  # noqa: N815

    return Handler
