"""OTLP/JSON: accepted by OpenTelemetry's own protocol definition, which knows every field."""

from __future__ import annotations

import contextlib
import http.client
import json
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.protobuf import json_format
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from support.exported import export, write


def test_accepted_by_the_protocol(tmp_path: Path) -> None:
    """Unknown fields and wrong types raise; every receipt comes out with its attributes."""
    receipts = write(tmp_path) * 5
    lines = export("otel", receipts)
    assert -(-len(receipts) // 100) == len(lines)
    found = []
    for line in lines:
        request = json_format.Parse(line, ExportLogsServiceRequest())
        (resource,) = request.resource_logs
        assert "enactd" == {item.key: item.value.string_value for item in resource.resource.attributes}["service.name"]
        found += [record for scope in resource.scope_logs for record in scope.log_records]
    assert len(receipts) == len(found)
    for receipt, record in zip(receipts, found, strict=True):
        told = {item.key: item.value for item in record.attributes}
        assert len(told) == len(record.attributes)
        assert receipt.record.time * 1000 == record.time_unix_nano
        assert receipt.hash == told["enactd.receipt.sha256"].string_value
        assert receipt.record.seq == told["enactd.receipt.seq"].int_value
        if receipt.record.kind == "decision":
            assert receipt.record.tool == told["gen_ai.tool.name"].string_value if receipt.record.tool else True
            assert (receipt.record.verdict or "") == told["enactd.verdict"].string_value
            assert "execute_tool" == told["gen_ai.operation.name"].string_value
        assert 1 <= record.severity_number <= 24
        assert record.event_name == f"enactd.{receipt.record.kind}"


@contextlib.contextmanager
def receiver(said: Path) -> Iterator[int]:
    """OtelTap, a receiver of OTLP/HTTP that is not ours, as a process: its port. What it takes it writes to `said`."""
    for port in range(24318, 24340):
        with said.open("wb") as out:
            words = [sys.executable, "-u", "-m", "oteltap", "--port", str(port)]
            process = subprocess.Popen(words, stdout=out, stderr=subprocess.STDOUT)
        try:
            deadline = time.monotonic() + 60
            while process.poll() is None and b"Listening" not in said.read_bytes():
                assert time.monotonic() < deadline
                time.sleep(0.05)
            if process.poll() is None:
                yield port
                return
        finally:
            process.terminate()
            process.wait(30)
    pytest.fail(said.read_text())


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the receiver is published for x86-64 only")
def test_into_a_real_receiver(tmp_path: Path) -> None:
    """The requests, in the protocol's binary form, are taken; what comes out at the other end is every receipt."""
    receipts = write(tmp_path) * 5
    said = tmp_path / "said"
    with receiver(said) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for line in export("otel", receipts):
            body = json_format.Parse(line, ExportLogsServiceRequest()).SerializeToString()
            connection.request("POST", "/v1/logs", body, {"Content-Type": "application/x-protobuf"})
            answer = connection.getresponse()
            assert (200, b"") == (answer.status, answer.read())
        deadline = time.monotonic() + 60
        while said.read_bytes().count(b"enactd.receipt.sha256") < len(receipts):
            assert time.monotonic() < deadline
            time.sleep(0.05)
    found = [json.loads(line) for line in said.read_text().split("\n") if "enactd.receipt.sha256" in line]
    digests = [value(record, "enactd.receipt.sha256") for record in found]
    assert sorted(receipt.hash for receipt in receipts) == sorted(digests)
    for record in found:
        assert record["eventName"].startswith("enactd.")
        assert int(record["timeUnixNano"]) % 1000 == 0


def value(record: dict[str, object], name: str) -> str:
    """The text of an attribute."""
    attributes: list[dict[str, dict[str, str]]] = record["attributes"]  # type: ignore[assignment]
    return next(item["value"]["stringValue"] for item in attributes if item["key"] == name)
