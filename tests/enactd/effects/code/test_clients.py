"""Clients of services: the form of a method says what it does there."""

from __future__ import annotations

import pytest
from support.code import deeds

from enactd.effects.code import clients


@pytest.mark.parametrize(
    ("method", "meaning"),
    [
        ("delete_dataset", "delete"),
        ("begin_delete", "delete"),
        ("batch_delete_image", "delete"),
        ("deleteNamespacedPod", "delete"),
        ("TerminateInstances", "delete"),
        ("reboot_db_instance", "restart"),
        ("put_object", "create"),
        ("update_service", "change"),
        ("attach_user_policy", "access"),
        ("get_secret_value", "secret-read"),
        ("change_resource_record_sets", "dns"),
        ("list_buckets", ""),
        ("describe_instances", ""),
        ("bucket", ""),
        ("", ""),
        ("_", ""),
    ],
)
def test_meaning_is_told_by_form(method: str, meaning: str) -> None:
    """The first verb counts, whatever the case; reading has no meaning of its own."""
    assert meaning == clients.meaning_of(method)


def test_cloud_names_what_is_acted_on() -> None:
    """The holder of the method stands before it; a call that only asks says nothing."""
    (found,) = clients.cloud("gcloud", "google.cloud.storage.Client().bucket().delete", ["b"])
    assert ["bucket delete b", "delete", "gcloud"] == [found.what, found.verb, found.tool]  # type: ignore[attr-defined]
    assert [] == list(clients.cloud("gcloud", "google.cloud.storage.Client().list_buckets"))


@pytest.mark.parametrize(
    ("name", "everything"),
    [("e.Client().indices.delete", True), ("e.Client().delete_by_query", True), ("e.Client().delete", False)],
)
def test_store_tells_one_entry_from_an_index(name: str, everything: bool) -> None:
    """One document is one document; an index takes all it holds with it."""
    (found,) = clients.store("e", name, "x")
    assert everything is found.everything  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("stripe.Refund.create", ["Request api.stripe.com", "MoveMoney refund"]),
        ("stripe().paymentIntents.capture", ["Request api.stripe.com", "MoveMoney pay"]),
        ("stripe.Customer.delete", ["Request api.stripe.com"]),
        ("stripe.Charge.retrieve", []),
        ("stripe().charges.list", []),
    ],
)
def test_money_is_moved_by_requests(name: str, expected: list[str]) -> None:
    """A library's call is the request that it stands for."""
    assert expected == deeds(clients.money(name))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("docker.from_env().volumes.prune", "prune volume"),
        ("docker.from_env().volumes.get().remove", "remove volume"),
        ("docker.from_env().containers.get().remove", "remove container"),
        ("docker.from_env().images.remove", "remove image"),
        ("dockerode().pruneImages", "prune image"),
        ("docker.from_env().containers.run", "run container"),
        ("docker.from_env().containers.list", ""),
    ],
)
def test_container(name: str, expected: str) -> None:
    """The collection says what, the method how."""
    assert expected == "".join(f"{e.verb} {e.what}" for e in clients.container(name))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("github.Github().get_repo().delete", "delete get_repo"),
        ("github.Github().get_repo().create_issue", "create issue"),
        ("octokit.Octokit().rest.pulls.merge", "merge pulls"),
        ("github.Github().get_repo().get_issues", ""),
    ],
)
def test_forge(name: str, expected: str) -> None:
    """Reading is free, the rest is told by its verb."""
    assert expected == "".join(f"{e.verb} {e.what}" for e in clients.forge("github", name))  # type: ignore[attr-defined]
