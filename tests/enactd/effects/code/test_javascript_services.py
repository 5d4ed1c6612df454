"""Libraries of services in JavaScript."""

from __future__ import annotations

import pytest
from support.code import deeds, node


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            "const {S3Client: S, DeleteBucketCommand: D} = require('@aws-sdk/client-s3'); new S().send(new D({}))",
            ["ChangeInfrastructure delete"],
        ),
        (
            "const {S3Client: S, ListBucketsCommand: L} = require('@aws-sdk/client-s3'); new S().send(new L({}))",
            [],
        ),
        ("const A = require('aws-sdk'); new A.S3().deleteObject({Key: 'k'})", ["ChangeInfrastructure delete"]),
        ("const {Storage: S} = require('@google-cloud/storage'); new S().bucket('b').delete()", ["ChangeInfrastructure delete"]),
        ("require('twilio')('a', 'b').messages.create({to: '+1'})", ["SendMessage +1"]),
        ("require('stripe')('k').charges.list()", []),
        ("const {Octokit: O} = require('octokit'); new O().rest.repos.delete({})", ["ChangeForge delete"]),
        ("const {Octokit: O} = require('octokit'); new O().request('DELETE /repos/o/r')", ["ChangeForge delete"]),
        ("const {Octokit: O} = require('octokit'); new O().rest.repos.get({})", []),
        ("require('knex')({}).migrate.rollback()", ["ResetDatabase rollback"]),
        ("require('simple-git')().push(['--force', 'origin', 'main'])", ["GitPush"]),
        ("const D = require('dockerode'); new D().pruneVolumes()", ["ChangeContainers prune"]),
        ("stripeless.refunds.create({})", []),
    ],
)  # fmt: skip
def test_libraries(code: str, expected: list[str]) -> None:
    """A library's call is the deed that its service does; a name that only begins like one is none."""
    assert expected == deeds(node(code))
