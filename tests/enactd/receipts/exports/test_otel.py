"""OTLP/JSON: accepted by OpenTelemetry's own protocol definition, which knows every field."""

from __future__ import annotations

from pathlib import Path

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
