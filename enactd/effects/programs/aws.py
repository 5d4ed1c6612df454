"""The AWS command line: what an operation of a service does, told by its name, with exceptions by service."""

from __future__ import annotations

import re
from typing import Final

from enactd.effects.hosts import address
from enactd.effects.invocation import Effects, Invocation, Line, Options, Output, Value, program
from enactd.effects.model import Opaque, OpenShell, Request, SendMessage, WritePath
from enactd.effects.programs.cloud_commands import by_form, effects_of
from enactd.effects.programs.object_storage import Store
from enactd.effects.values import EMPTY, SECRET, unknown
from enactd.risk import Risk

_AWS: Final = Options(
    "--profile P", "--region R", "--endpoint-url U", "--output O", "--query Q", "--cli-read-timeout N",
    "--cli-connect-timeout N", "--cli-binary-format F", "--cli-input-json J", "--cli-input-yaml Y", "--color C",
    "--ca-bundle F", "--no-cli-pager", "--no-paginate", "--no-verify-ssl", "--no-sign-request", "--debug", "--version",
    "--cli-auto-prompt", "--no-cli-auto-prompt", "--dry-run", "--no-dry-run", "--dryrun", "--generate-cli-skeleton [O]",
    "--recursive", "--delete", "--force", "--exclude P", "--include P", "--acl A", "--sse [S]", "--sse-kms-key-id K",
    "--storage-class C", "--content-type T", "--cache-control C", "--metadata M", "--expires-in N", "--quiet",
    "--source-region R", "--page-size N", "--human-readable", "--summarize", "--expected-size N", "--only-show-errors",
    "--no-progress", "--follow-symlinks", "--no-follow-symlinks", "--exact-timestamps", "--size-only",
    "--content-encoding E", "--metadata-directive D", "--request-payer P", "--grants G", "--website-redirect W",
    "--follow", "--since T", "--format F", "--filter-pattern P", "--with-decryption", "--no-with-decryption", "--include-value", "--include-values", "--with-secret",
    "--no-execute-changeset", "--max-items N", "--starting-token T", "--no-guess-mime-type", "--request-parameters P",
    "--reveal", "--parameters P", "--document-name D", "--function-name N", "--help",
    abbreviate=False,
)  # fmt: skip
_ACCESS: Final = frozenset(
    "iam sts organizations sso sso-admin sso-oidc identitystore ram accessanalyzer rolesanywhere account controltower"
    " lakeformation verifiedpermissions".split()
)
_DNS: Final = frozenset("route53 route53domains route53resolver servicediscovery".split())
_EXACT: Final[dict[str, str]] = {
    "sts assume-role": "secret-read", "sts get-session-token": "secret-read", "sts get-federation-token": "secret-read",
    "sts assume-role-with-saml": "secret-read", "sts assume-role-with-web-identity": "secret-read",
    "sts decode-authorization-message": "read", "iam create-access-key": "access", "iam get-credential-report": "read",
    "iam generate-credential-report": "read", "iam generate-service-last-accessed-details": "read",
    "sso login": "nothing", "sso get-role-credentials": "secret-read", "sso logout": "nothing", "secretsmanager get-secret-value": "secret-read",
    "secretsmanager batch-get-secret-value": "secret-read", "secretsmanager get-random-password": "nothing",
    "secretsmanager create-secret": "secret-write", "secretsmanager put-secret-value": "secret-write",
    "secretsmanager update-secret": "secret-write", "secretsmanager rotate-secret": "secret-write",
    "secretsmanager restore-secret": "secret-write", "kms decrypt": "secret-read", "kms encrypt": "nothing",
    "kms generate-data-key": "secret-read", "kms schedule-key-deletion": "delete", "kms disable-key": "restart",
    "kms verify": "read", "kms sign": "run", "kms create-grant": "access", "kms put-key-policy": "access",
    "ecr get-login-password": "secret-read", "ecr get-authorization-token": "secret-read", "ecr get-login": "secret-read",
    "ecr-public get-login-password": "secret-read", "codeartifact get-authorization-token": "secret-read",
    "codeartifact login": "secret-write", "eks get-token": "secret-read", "eks update-kubeconfig": "nothing",
    "rds generate-db-auth-token": "secret-read", "redshift get-cluster-credentials": "secret-read",
    "ec2 get-password-data": "secret-read", "ec2 release-address": "delete", "ec2 create-key-pair": "secret-read",
    "ec2 get-console-output": "read", "configure": "nothing", "configure list": "nothing", "configure sso": "nothing",
    "configure list-profiles": "nothing", "configure set": "nothing", "configure export-credentials": "secret-read",
    "lambda invoke": "run", "lambda invoke-async": "run", "lambda get-function": "read", "lambda publish-version": "deploy",
    "logs tail": "read", "logs start-query": "read", "logs get-query-results": "read", "logs stop-query": "nothing",
    "logs start-live-tail": "read", "athena start-query-execution": "run", "cloudformation deploy": "deploy",
    "cloudformation create-change-set": "plan", "cloudformation delete-change-set": "nothing",
    "cloudformation execute-change-set": "apply", "cloudformation package": "change",
    "cloudformation detect-stack-drift": "read", "cloudformation update-stack": "apply",
    "cloudformation validate-template": "read", "dynamodb scan": "read", "dynamodb execute-statement": "run",
    "dynamodb batch-write-item": "change", "dynamodb transact-write-items": "change", "dynamodb wizard": "create",
    "s3api select-object-content": "read", "s3api put-bucket-policy": "access", "s3api put-bucket-acl": "access",
    "s3api put-object-acl": "access", "s3api put-public-access-block": "access", "s3api delete-bucket-policy": "access",
    "s3api delete-public-access-block": "access", "lambda add-permission": "access", "lambda remove-permission": "access",
    "ssm send-command": "run", "ssm start-automation-execution": "run", "ecs run-task": "create",
    "ecs update-service": "deploy", "sqs purge-queue": "delete", "sqs receive-message": "read",
    "sqs send-message": "change", "apigateway test-invoke-method": "run", "stepfunctions start-execution": "run",
    "codebuild start-build": "run", "codepipeline start-pipeline-execution": "deploy", "deploy push": "deploy",
    "deploy create-deployment": "deploy", "amplify start-job": "deploy", "ecs register-task-definition": "create",
    "cognito-idp admin-set-user-password": "access", "cognito-idp admin-create-user": "access", "help": "nothing",
    "sns publish": "message", "sns publish-batch": "message", "ses send-email": "message", "ses send-raw-email": "message",
    "sesv2 send-email": "message", "sesv2 send-bulk-email": "message", "ses send-templated-email": "message",
    "ses send-bulk-templated-email": "message", "pinpoint send-messages": "message", "connect start-chat-contact": "message",
    "pinpoint send-users-messages": "message", "pinpoint-sms-voice-v2 send-text-message": "message",
    "chime send-channel-message": "message", "socialmessaging send-whatsapp-message": "message",
    "bedrock-runtime invoke-model": "nothing", "bedrock-runtime converse": "nothing", "textract analyze-document": "nothing",
    "history list": "nothing", "history show": "nothing", "ce get-cost-and-usage": "read", "s3control delete-bucket": "delete",
}  # fmt: skip
_SECURITY_GROUPS: Final = re.compile(
    r"(?:authorize|revoke)-security-group|add-permission|put-(?:\w+-)*policy|iam-instance"
)
_READING: Final = re.compile(
    r"(?:get|list|describe|head|lookup|search|batch-get|batch-describe|filter|estimate|preview|simulate|validate|check|wait"
    r"|query|scan|select|view|detect|discover|poll|receive|test|verify|view|is|can|summarize|retrieve|resolve|explain)(?:-|$)"
)
_STARTING: Final = re.compile(r"(?:start|run|request|purchase|allocate|import|restore|copy|provision)-")


@program("aws", "awslocal", "aws2", "aws.exe")
def aws(call: Invocation) -> Effects:
    """One operation; an endpoint on this machine makes it an emulator's."""
    line = _AWS.parse(call.args)
    words = line.operands
    texts = [word.text for word in words]
    if (
        (line.has("--version") and not words)
        or line.has("--help", "--generate-cli-skeleton", "--dryrun")
        or "help" in texts[:3]
        or not words
    ):
        return
    if line.has("--dry-run"):
        return
    store = Store(call, "aws", _context(call, line), _is_local(call, line))
    if line.has("--no-verify-ssl") and not store.local:
        yield Request(method="GET", host="amazonaws.com", insecure=True)
    if texts[0] is None or (len(texts) > 1 and texts[1] is None):
        yield Opaque(reason="aws operation known only at run time", level=Risk.COMMITMENT)
    elif texts[0] == "s3":
        yield from _s3(store._replace(by="aws s3"), line, words[1:])
    else:
        yield from _operation(store, line, texts[0], texts[1] or "" if len(texts) > 1 else "", words)


def _context(call: Invocation, line: Line) -> str:
    profile = line.value("--profile") or call.variable("AWS_PROFILE")
    return " ".join(part.shown(60) for part in (profile, line.value("--region")) if part is not None)


def _is_local(call: Invocation, line: Line) -> bool:
    endpoint = line.value("--endpoint-url") or call.variable("AWS_ENDPOINT_URL")
    near = endpoint is not None and endpoint.text is not None and address(endpoint.text).local
    named = endpoint is not None and "localstack" in endpoint.visible
    return near or named or call.name == "awslocal"


def meaning_of(service: str, operation: str) -> str:
    """The meaning of one operation of a service."""
    exact = _EXACT.get(f"{service} {operation}".strip())
    if exact is not None:
        return exact
    if _READING.match(operation):
        return "read"
    if service in _ACCESS or _SECURITY_GROUPS.search(operation):
        return "access"
    if service in _DNS:
        return "dns"
    if _STARTING.match(operation):
        return "create"
    return by_form(operation.partition("-")[0]) or "change"


def _operation(store: Store, line: Line, service: str, operation: str, words: list[Value]) -> Effects:
    call = store.call
    meaning = meaning_of(service, operation)
    if service == "configure" and operation == "get":
        name = words[2].visible if len(words) > 2 else "secret"
        meaning = "secret-read" if re.search(r"secret|token|key", name) else "nothing"
    elif service == "configure" and operation in ("set", "import"):
        secret = len(words) < 3 or re.search(r"secret|token|key", words[2].visible) is not None
        file = "credentials" if secret else "config"
        yield WritePath(target=call.target(f"{call.world.home}/.aws/{file}"), how="edit")
    elif service == "ssm" and operation.startswith(("get-parameter", "get-parameters")):
        meaning = "secret-read" if line.has("--with-decryption") else "read"
    elif line.has("--include-value", "--include-values", "--with-secret") and meaning == "read":
        meaning = "secret-read"
    elif (service, operation) in (("ssm", "start-session"), ("ecs", "execute-command")):
        yield from _session(store, words)
        return
    elif service == "cloudformation" and operation == "deploy" and line.has("--no-execute-changeset"):
        meaning = "plan"
    shown = words[2:5] if meaning != "secret-write" else []
    what = f"{service} {operation}".strip() + "".join(f" {word.shown(60)}" for word in shown)
    if meaning == "message":
        carried = frozenset[str]().union(*(word.origins for word in words))
        yield SendMessage(
            by=f"aws {service}", to=_addressee(call), carries=carried, bulk="bulk" in operation or "batch" in operation
        )
        return
    yield from effects_of(call, meaning, what, context=store.context, local=store.local)


def _addressee(call: Invocation) -> str:
    """Whom a message goes to, as far as an option names it."""
    names = ("--to", "--to-addresses", "--destination", "--topic-arn", "--phone-number", "--target-arn")
    pairs = zip(call.args, call.args[1:], strict=False)
    return next((value.shown(80) for name, value in pairs if name.text in names), "")


def _session(store: Store, words: list[Value]) -> Effects:
    """A command or a shell on a machine or in a task."""
    call = store.call
    texts = [word.text for word in call.args]
    target = next(
        (word.shown(60) for name, word in zip(texts, call.args[1:], strict=False) if name in ("--target", "--task")), ""
    )
    command = next((word for name, word in zip(texts, call.args[1:], strict=False) if name == "--command"), None)
    if "AWS-StartPortForwardingSession" in texts or any("PortForwarding" in (text or "") for text in texts):
        return
    place = f"aws {target}".strip()
    if command is None or re.fullmatch(r"(?:/\w+)*/?(?:ba|z|da|a)?sh", command.visible):
        yield OpenShell(by="aws", to=target)
    else:
        yield from call.shell(command, via="aws", place=place)


def _s3(store: Store, line: Line, words: list[Value]) -> Effects:
    verb = words[0].text if words else ""
    rest = words[1:]
    recursive = line.has("--recursive")
    match verb:
        case "ls" | "" | "help":
            if verb == "ls":
                yield store.change("read", rest)
        case "rm" | "rb":
            yield store.change("delete", rest, bulk=recursive or line.has("--force"))
        case "mb":
            yield store.change("create", rest)
        case "presign":
            yield store.change("access", rest)
            yield Output(unknown("a signed address", SECRET))
        case "cp" | "mv" | "sync":
            source, target = (*rest, EMPTY, EMPTY)[:2]
            yield from store.move(
                source, target, moves=verb == "mv", deletes=line.has("--delete"), recursive=recursive or verb == "sync"
            )
            if "public" in line.text("--acl") or line.has("--grants"):
                yield store.change("access", [target])
        case None:
            yield Opaque(reason="aws s3 command known only at run time", level=Risk.COMMITMENT)
        case _:
            yield store.change("change", rest)
