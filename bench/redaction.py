"""What redacting costs: ours, and detect-secrets' plugins, on the same texts in the same run.

python -m bench.redaction
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

TEXTS = (
    "git status",
    "cd /home/ada/shop && npm run build -- --mode production && git add -A && git commit -m 'Build the shop'",
    "curl -sS -H 'Authorization: Bearer $TOKEN' https://api.example.com/v1/orders?limit=50 | jq '.[].id'",
    "terraform plan -var-file=prod.tfvars -out=plan.bin && terraform show -json plan.bin > plan.json",
    "/home/ada/shop/src/components/checkout/PaymentForm.test.tsx",
    "".join(f"line {number} = compute(value_{number}, other='text {number}')\n" for number in range(40)),
)


def measure(work: Callable[[str], object], rounds: int = 200) -> float:
    """Median microseconds for all texts once; each made new, so that nothing is answered from memory."""
    times = []
    for number in range(rounds):
        texts = [f"{text} #{number}" for text in TEXTS]
        began = time.perf_counter_ns()
        for text in texts:
            work(text)
        times.append((time.perf_counter_ns() - began) / 1000)
    return statistics.median(times)


def main() -> None:
    """Print both."""
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class

    from enactd.receipts.redact import Redactor

    plugins = [kind() for kind in get_mapping_from_secret_type_to_class().values()]

    def scan(text: str) -> None:
        for line in text.splitlines():
            for plugin in plugins:
                list(plugin.analyze_string(line))

    ours, theirs = measure(lambda text: Redactor().text(text, 4096)), measure(scan, 20)
    size = sum(map(len, TEXTS))
    print(
        f"{len(TEXTS)} texts, {size} characters: enactd {ours:.0f} us, detect-secrets {theirs:.0f} us, x {theirs / ours:.0f}"
    )


if __name__ == "__main__":
    main()
